/* Text: sought, replaced, cut at delimiters, matched with patterns. */
import { number, text } from "./coercion.js";
import { equal, fold } from "./comparing.js";
import { regexMatches } from "./pattern.js";
import { define } from "./table.js";
import { TAKES_BLANKS, gathered, limited, points, size } from "./texts.js";
import { NA, ONE, VALUE, ZERO, int, wide } from "./values.js";
import { wildSearch, wildcard } from "./wildcards.js";

define("SUBSTITUTE", "tttn", (env, value, old, next, nth = null) => {
  if (nth === null) return old ? gathered(value.split(old), () => next) : value;
  const wanted = size(nth, 1);
  if (!old) return value;
  const parts = value.split(old);
  if (wanted >= parts.length) return value;
  return limited(parts.slice(0, wanted).join(old) + next + parts.slice(wanted).join(old));
}, TAKES_BLANKS);
define("REPLACE", "tnnt", (env, value, start, count, next) => {
  const letters = points(value), first = size(start, 1) - 1;
  return limited(letters.slice(0, first).join("") + next + letters.slice(first + size(count)).join(""));
});
/** Letters and the place to start at; #VALUE! beyond the end. */
function startingAt(value, start) {
  const letters = points(value), first = size(start, 1) - 1;
  if (first >= Math.max(letters.length, 1)) throw VALUE;
  return [letters, first];
}
define("FIND", "ttn", (env, sought, value, start = ONE) => {
  const [letters, first] = startingAt(value, start), wanted = points(sought);
  for (let at = first; at + wanted.length <= letters.length; at += 1) {
    if (wanted.every((letter, place) => letter === letters[at + place])) return at + 1;
  }
  throw VALUE;
});
define("SEARCH", "ttn", (env, sought, value, start = ONE) => {
  const [letters, first] = startingAt(value.toLowerCase(), start), at = wildSearch(wildcard(sought.toLowerCase()), letters, first);
  if (at < 0) throw VALUE;
  return at + 1;
});
function placesOf(value, delimiters, folded) {
  const subject = folded && value.toLowerCase().length === value.length ? value.toLowerCase() : value;
  const wanted = delimiters.filter(Boolean).map((one) => folded ? one.toLowerCase() : one).sort((a, b) => b.length - a.length);
  const found = [];
  for (let at = 0; at < subject.length;) {
    const here = wanted.find((one) => subject.startsWith(one, at));
    if (here) found.push([at, here.length]);
    at += here ? here.length : 1;
  }
  return found;
}
const cut = (before) => (env, value, delimiter, nth = null, folded = ZERO, end = ZERO, missing = null) => {
  const delimiters = [delimiter].flat(Infinity).map(text), count = int(number(nth) ?? (nth === null ? ONE : ZERO));
  if (!count || Math.abs(count) > Math.max(points(value).length, 1)) throw VALUE;
  if (delimiters.includes("")) return before === count > 0 ? "" : value;
  const places = placesOf(value, delimiters, folded?.n);
  if (Math.abs(count) <= places.length) {
    const [start, length] = places[count > 0 ? count - 1 : places.length + count];
    return before ? value.slice(0, start) : value.slice(start + length);
  }
  if (end?.n && Math.abs(count) === places.length + 1) return count > 0 === before ? value : "";
  if (missing === null) throw NA;
  return missing;
};
define("TEXTBEFORE", "tlanna", cut(true), TAKES_BLANKS);
define("TEXTAFTER", "tlanna", cut(false), TAKES_BLANKS);
function pieces(value, delimiters, skip, folded) {
  if (!delimiters.length) return [value];
  const found = [];
  let at = 0;
  for (const [start, length] of placesOf(value, delimiters, folded)) { found.push(value.slice(at, start)); at = start + length; }
  return [...found, value.slice(at)].filter((part) => part || !skip);
}
define("TEXTSPLIT", "tllbna", (env, value, columns, rows = null, skip = false, folded = ZERO, missing = null) => {
  const [across, down] = [columns, rows].map((given) => [given].flat(Infinity).filter((one) => one !== null).map(text));
  if (![...across, ...down].length || [...across, ...down].includes("")) throw VALUE;
  const cells = pieces(value, down, skip, folded?.n).map((line) => pieces(line, across, skip, folded?.n));
  const width = Math.max(1, ...cells.map((row) => row.length));
  return wide(cells.flatMap((row) => [...row, ...Array(width - row.length).fill(missing ?? NA)]), width);
}, TAKES_BLANKS);
define("CONTAINS", "la", (env, all, part) => {
  if (all === null || part === null) return null;
  if (Array.isArray(all)) return all.some((item) => equal(item, part));
  return typeof all === "string" && typeof part === "string" ? fold(all).includes(fold(part)) : VALUE;
}, TAKES_BLANKS);
define("STARTSWITH", "tt", (env, value, start) => value && start ? fold(value).startsWith(fold(start)) : null);
define("ENDSWITH", "tt", (env, value, end) => value && end ? fold(value).endsWith(fold(end)) : null);
define("REGEXMATCH", "tt", (env, value, pattern) => regexMatches(pattern, value));
