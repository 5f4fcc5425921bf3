/* Numbers, dates and times as people write them. */
import { VALUE, add, bounded, civil, dec, neg, over, parts, serialOf, whole } from "./values.js";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const FULL = "january february march april may june july august september october november december".split(" ");
function month(name) {
  const at = FULL.indexOf(name) < 0 ? MONTHS.indexOf(name === "sept" ? "sep" : name) : FULL.indexOf(name);
  return at + 1;
}
/** Read a date out of a text; null for none. */
export function readDay(text) {
  let y, m, d, found;
  if ((found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text))) [y, m, d] = found.slice(1).map(Number);
  else if ((found = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})$/.exec(text))) {
    [m, d, y] = found.slice(1).map(Number);
    if (m > 12) [m, d] = [d, m];
  } else if ((found = /^(\d{1,2})[- /]?([a-z]{3,9})\.?[-, /]+(\d{4}|\d{2})$/.exec(text))) [d, m, y] = [Number(found[1]), month(found[2]), Number(found[3])];
  else if ((found = /^([a-z]{3,9})\.?[- /](\d{1,2})(?:,\s*|[-/ ]+)(\d{4}|\d{2})$/.exec(text))) [m, d, y] = [month(found[1]), Number(found[2]), Number(found[3])];
  else if ((found = /^(?:([a-z]{3,9})\.?[-, /]+|(\d{1,2})\/)(\d{4}|3[2-9]|[4-9]\d)$/.exec(text))) [m, d, y] = [found[1] ? month(found[1]) : Number(found[2]), 1, Number(found[3])];
  else return null;
  if (y < 100) y += y < 30 ? 2000 : 1900;
  const day = civil(y, m, d), back = parts(day);
  return back.m === m && back.d === d && y >= 1900 ? day : null;
}
/** Read seconds since midnight out of a text; null for none. */
export function readClock(text) {
  const found = /^(\d{1,4})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d{1,9})?))?\s*(am|pm|a|p)?$/.exec(text);
  if (!found || (found[2] === undefined && !found[4])) return null;
  let hours = Number(found[1]);
  const minutes = Number(found[2] || 0), seconds = Number(found[3] || 0);
  if (minutes > 59 || seconds >= 60) return null;
  if (found[4]) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (found[4].startsWith("p") ? 12 : 0);
  }
  return hours * 3600 + minutes * 60 + seconds;
}
const fraction = (seconds) => over(dec(String(seconds)), whole(86400));
/** Read a date, a time or both as days since 1900. */
export function serialOfText(text) {
  const clock = readClock(text.trim().toLowerCase());
  if (clock !== null) return fraction(clock);
  const found = dayAndClock(text);
  if (!found) throw VALUE;
  return add(whole(serialOf(found[0])), fraction(found[1]));
}
function dayAndClock(text) {
  const words = text.trim().toLowerCase().replace(/(\d)t(\d)/, "$1 $2").split(/\s+/);
  for (let at = Math.min(words.length, 8); at > 0; at -= 1) {
    const day = readDay(words.slice(0, at).join(" "));
    if (!day) continue;
    const clock = at < words.length ? readClock(words.slice(at).join(" ")) : 0;
    return clock === null ? null : [day, clock];
  }
  return null;
}
/** `1 3/4`; two numbers alone are a day and a month. */
function mixed(text) {
  const found = /^([-+]?)(\d{1,14}) (\d{1,5})\/(\d{1,5})$/.exec(text);
  if (!found || !Number(found[4])) return null;
  const value = add(dec(found[2]), over(dec(found[3]), dec(found[4])));
  return found[1] === "-" ? neg(value) : value;
}
/** A date out of a text that may say a time too; null for none. */
export function writtenDay(text) { return dayAndClock(text)?.[0] ?? null; }
export function numberOfText(text) {
  const bracketed = /^\(\s*([^()]+)\s*\)$/.exec(text.trim());
  const inner = bracketed ? bracketed[1].trim() : text.trim();
  const found = /^([-+]?)\s*[$¥€£￥]?\s*([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)((?:e[-+]?\d{1,3})?)\s*(%?)$/i.exec(inner);
  if (!found || found[3] === "" || found[3] === "." || (found[1] && found[2])) return mixed(text.trim()) ?? serialOfText(text);
  let value = dec(found[3].replace(/,/g, "") + found[4]);
  if (found[1] === "-" || found[2] === "-" || bracketed) value = neg(value);
  return bounded(found[5] ? over(value, whole(100), 20) : value);
}
