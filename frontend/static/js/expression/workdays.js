/* Working days and working hours: weekends of any shape, holidays as a list. Days are numbers since 1900. */
import { number, serial, toDay } from "./coercion.js";
import { define } from "./table.js";
import { Dec, LAST, NUM, VALUE, ZERO, dayOf, divided, int, mul, neg, round, serialOf, sub, weekdayOf, whole } from "./values.js";

function weekend(given) {
  if (given === null) return [5, 6];
  if (typeof given === "string" && /^[01]{7}$/.test(given)) return [...given].flatMap((letter, at) => letter === "1" ? [at] : []);
  if (!(given instanceof Dec)) throw VALUE;
  const code = int(given);
  if (code >= 1 && code <= 7) return [(code + 4) % 7, (code + 5) % 7];
  if (code >= 11 && code <= 17) return [(code - 5) % 7];
  throw NUM;
}
const holidays = (given) => new Set([given].flat(Infinity).filter((item) => item !== null).map((item) => serialOf(toDay(item))));
function between(start, end, free, off) {
  if (start > end) return -between(end, start, free, off);
  const span = end - start + 1;
  let count = Math.floor(span / 7) * (7 - free.length);
  for (let at = 0; at < span % 7; at += 1) count += free.includes(weekdayOf(start + at)) ? 0 : 1;
  return count - [...off].filter((day) => day >= start && day <= end && !free.includes(weekdayOf(day))).length;
}
function workday(start, days, free, off) {
  const direction = days.n > 0n ? 1 : -1;
  let left = Math.abs(int(days)), at = serialOf(start);
  if (left > 3e6) throw NUM;
  if (free.length === 7) throw VALUE;
  const worked = 7 - free.length, lost = [...off].filter((day) => !free.includes(weekdayOf(day)));
  while (left > 14) {
    const weeks = Math.floor(left / worked) - 1, reached = at + 7 * weeks * direction, from = at;
    const [low, high] = [Math.min(at, reached), Math.max(at, reached)];
    // The day one stands on is counted already, the day one reaches is not.
    left += lost.filter((day) => day >= low && day <= high && day !== from).length - weeks * worked;
    at = reached;
  }
  while (left) {
    at += direction;
    if (!free.includes(weekdayOf(((at % 7) + 7) % 7)) && !off.has(at)) left -= 1;
  }
  return dayOf(at);
}
const span = (start, end, free, off) => between(serialOf(start), serialOf(end), free, holidays(off));
define("NETWORKDAYS", "kkl", (env, start, end, off = null) => span(start, end, [5, 6], off));
define("NETWORKDAYS.INTL", "kkal", (env, start, end, free = null, off = null) => span(start, end, weekend(free), off));
define("WORKDAY", "kcl", (env, start, days, off = null) => workday(start, days, [5, 6], holidays(off)));
define("WORKDAY.INTL", "kcal", (env, start, days, free = null, off = null) => workday(start, days, weekend(free), holidays(off)));

const secondsOf = (value) => int(round(mul(sub(value, whole(int(value))), whole(86400)), 0));
function workedSeconds(first, last, opens, closes, off) {
  const start = int(first), end = int(last), isFree = (day) => [5, 6].includes(weekdayOf(day)) || off.has(day);
  let total = 0;
  if (!isFree(start)) {
    const until = start === end ? secondsOf(last) : closes;
    total += Math.max(0, Math.min(until, closes) - Math.max(secondsOf(first), opens));
  }
  if (start === end) return total;
  if (!isFree(end)) total += Math.max(0, Math.min(secondsOf(last), closes) - opens);
  return total + Math.max(0, between(start + 1, end - 1, [5, 6], off)) * (closes - opens);
}
define("WORKHOURS", "aaaal", (env, start, end, opens = "09:00", closes = "18:00", off = null) => {
  const first = serial(start), last = serial(end);
  if (first === null || last === null) return null;
  if (int(first) > LAST || int(last) > LAST) throw NUM;
  const backwards = sub(first, last).n > 0n, bounds = [opens, closes].map((at) => secondsOf(number(at) ?? ZERO));
  if (!(bounds[0] >= 0 && bounds[0] < bounds[1] && bounds[1] <= 86400)) throw NUM;
  const seconds = workedSeconds(...(backwards ? [last, first] : [first, last]), ...bounds, holidays(off));
  const hours = divided(whole(seconds), whole(3600));
  return backwards ? neg(hours) : hours;
}, { inexact: true, blanks: true });
