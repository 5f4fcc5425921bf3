/* What may be written in a formula: fields by label, pinyin or key, functions by name; fetched once a page. */
import { request } from "weft/core";

const MOST = 40;
const known = new Map();

/** Return the fields and functions of an address. */
export function wordsOf(url) {
  if (!known.has(url)) {
    const asked = request(url).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
    asked.catch(() => known.delete(url));
    known.set(url, asked);
  }
  return known.get(url);
}

/** 0 for a name that begins so, 1 for one that holds it, -1 for another. */
function rank(names, wanted) {
  const places = names.map((name) => name.toLowerCase().indexOf(wanted)).filter((at) => at >= 0);
  if (!places.length) return -1;
  return places.includes(0) ? 0 : 1;
}

/** Return what a typed word may mean, fields first, the best of each before the others. */
export function suggestions({ fields, functions }, word) {
  const wanted = word.toLowerCase();
  const ranked = [
    ...fields.map((each) => [rank([each.label, each.key, ...each.find], wanted), { ...each, kind: "field" }]),
    ...functions.map((each) => [each.key.toLowerCase().startsWith(wanted) ? 2 : -1, { ...each, kind: "function" }]),
  ];
  return ranked.filter(([place]) => place >= 0).sort((one, other) => one[0] - other[0]).map(([, each]) => each).slice(0, MOST);
}
