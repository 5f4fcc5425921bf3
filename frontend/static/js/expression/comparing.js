/* How two values compare: folded texts, numbers, days, moments, times of day and the ids of records. */
import { Clock, Day, Dec, Fault, Id, Moment, VALUE, civil, compare, dec, over, parts, serialOf, whole } from "./values.js";
import { fromWall, onWall } from "./zone.js";

const WIDE = /[\u3000\uff00-\uffef]/g;
const lowered = (value) => value.replace(/İ/g, "i").replace(/Σ/g, "σ").toLowerCase();
/** The form in which texts are compared. */
export const fold = (value) => lowered(value.replace(WIDE, (one) => one.normalize("NFKC")).normalize("NFC")).normalize("NFC");

const KINDS = [[Dec, "number"], [Day, "day"], [Moment, "moment"], [Clock, "clock"], [Id, "id"]];
const kindOf = (value) => KINDS.find(([type]) => value instanceof type)?.[1] ?? typeof value;
/** A date, a moment, a time or an id as the number it counts as. */
export function asNumber(value) {
  if (value instanceof Day) return whole(serialOf(value));
  if (value instanceof Moment) return over(dec(String(onWall(value.ms) + 25569 * 864e5)), whole(864e5));
  if (value instanceof Clock) return over(dec(String(value.seconds)), whole(86400));
  return value instanceof Id ? new Dec(value.n) : value;
}
function readIso(text) {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!found) return null;
  const [y, m, d] = found.slice(1).map(Number), day = civil(y, m, d), back = parts(day);
  return y && back.m === m && back.d === d ? day : null;
}
function readTime(text) {
  const found = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}|\d{6}))?)?$/.exec(text);
  if (!found) return null;
  const [h, m, s] = [found[1], found[2], found[3] ?? 0].map(Number);
  return h < 24 && m < 60 && s < 60 ? new Clock(h * 3600 + m * 60 + s + Number(`0.${found[4] ?? 0}`)) : null;
}
function readMoment(text) {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[-+]\d\d:\d\d)?)?$/.exec(text);
  const day = found && readIso(found[1]), clock = found?.[2] ? readTime(found[2]) : new Clock(0);
  if (!day || !clock) return null;
  const shown = day.days * 864e5 + Math.floor(clock.seconds * 1000);
  if (!found[3]) return new Moment(fromWall(shown));
  const [h, m] = found[3] === "Z" ? [0, 0] : found[3].slice(1).split(":").map(Number);
  return new Moment(shown - (found[3][0] === "-" ? -1 : 1) * (h * 60 + m) * 6e4);
}
const READ = { day: readIso, moment: readMoment, clock: readTime, id: (text) => (/^\d{1,19}$/.test(text) ? new Id(text) : null) };
const FORM = { day: (value) => value.days, moment: (value) => value.ms, clock: (value) => value.seconds, id: (value) => value.n, boolean: (value) => value };

/** -1, 0 or 1; undefined for values of different types. */
export function order(a, b) {
  let one = kindOf(a), two = kindOf(b);
  if (one === "string" && two !== "string") { a = READ[two]?.(a); one = two; }
  else if (two === "string" && one !== "string") { b = READ[one]?.(b); two = one; }
  if (a === null || a === undefined || b === null || b === undefined) return undefined;
  if (one !== two && [one, two].includes("number")) {
    [a, b] = [asNumber(a), asNumber(b)];
    if (!(a instanceof Dec && b instanceof Dec)) return undefined;
    one = two = "number";
  } else if (one !== two) {
    const moments = [a, b].map((side) => side instanceof Day ? new Moment(fromWall(side.days * 864e5)) : side);
    if (!moments.every((side) => side instanceof Moment)) return undefined;
    [[a, b], one] = [moments, "moment"];
  }
  if (one === "number") return compare(a, b);
  if (one === "string") return sequence(fold(a), fold(b));
  if (!FORM[one]) return undefined;
  const [left, right] = [FORM[one](a), FORM[one](b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
// By code points, as every other back end: units would put letters beyond the first plane before some of it.
function sequence(one, two) {
  if (one === two) return 0;
  const [left, right] = [one, two].map((text) => Array.from(text, (letter) => letter.codePointAt(0)));
  const at = left.findIndex((point, place) => point !== right[place]);
  if (at < 0) return left.length < right.length ? -1 : 0;
  return at >= right.length || left[at] > right[at] ? 1 : -1;
}
export function equal(a, b) {
  if (a === "") a = null;
  if (b === "") b = null;
  return a === null || b === null ? a === b : order(a, b) === 0;
}
export function compared(op, a, b) {
  if (a instanceof Fault) return a;
  if (b instanceof Fault) return b;
  if (op === "=") return equal(a, b);
  if (op === "<>") return !equal(a, b);
  if (a === null || b === null) return null;
  const found = order(a, b);
  if (found === undefined) return VALUE;
  return { "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0 }[op];
}
