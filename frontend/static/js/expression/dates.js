/* Dates: making them, taking them apart, moving them, and counting days between them. */
import { define } from "./table.js";
import {
  Day, Moment, NUM, ONE, VALUE, ZERO, civil, divided, int, kept, mul, over, parts, readDay, round, serialOf, serialOfText, sub, whole,
} from "./values.js";
import { number, toDay } from "../expression.js";

define("TODAY", "", (env) => env.today);
define("NOW", "", (env) => env.now);
define("DATE", "nnn", (env, year, month, day) => {
  let years = int(year);
  if (years < 0 || years > 9999 || year.n < 0n || Math.abs(int(month)) > 131068 || Math.abs(int(day)) > 1e7) throw NUM;
  years += years < 1900 ? 1900 : 0;
  const found = new Day(civil(years, int(month), 1).days + int(day) - 1);
  if (parts(found).y > 9999) throw NUM;
  serialOf(found);
  return found;
});
define("TIME", "nnn", (env, hour, minute, second) => {
  const units = [hour, minute, second].map(int);
  if (Math.max(...units.map(Math.abs)) > 32767) throw NUM;
  const seconds = units[0] * 3600 + units[1] * 60 + units[2];
  if (seconds < 0) throw NUM;
  return divided(whole(seconds % 86400), whole(86400));
}, { inexact: true });
define("DATEVALUE", "a", (env, given) => {
  if (given === null) throw VALUE;
  if (given instanceof Day || given instanceof Moment) return toDay(given);
  const found = typeof given === "string" ? readDay(given.trim().toLowerCase()) ?? (serialOfText(given), toDay(given)) : null;
  if (!found) throw VALUE;
  return found;
});
define("TIMEVALUE", "a", (env, given) => {
  if (typeof given !== "string") throw VALUE;
  const found = serialOfText(given);
  return sub(found, whole(int(found)));
}, { inexact: true });
const part = (name, read) => define(name, "d", (env, date) => read(parts(date), date));
part("YEAR", (date) => date.y);
part("MONTH", (date) => date.m);
part("DAY", (date) => date.d);
part("QUARTER", (date) => Math.ceil(date.m / 3));
function isoWeek(date) {
  const thursday = new Day(date.days - parts(date).w + 3);
  return Math.floor((thursday.days - civil(parts(thursday).y, 1, 1).days) / 7) + 1;
}
part("ISOWEEKNUM", (_, date) => isoWeek(date));
const clock = (name, read) => define(name, "a", (env, given) => {
  const found = typeof given === "string" ? serialOfText(given) : number(given);
  if (found === null) return null;
  if (found.n < 0n) throw NUM;
  return read(int(round(mul(sub(found, whole(int(found))), whole(86400)), 0)) % 86400);
});
clock("HOUR", (seconds) => Math.floor(seconds / 3600));
clock("MINUTE", (seconds) => Math.floor(seconds / 60) % 60);
clock("SECOND", (seconds) => seconds % 60);
define("WEEKDAY", "dn", (env, date, kind = ONE) => {
  const monday = (parts(date).w - (date.days < civil(1900, 3, 1).days ? 1 : 0) + 7) % 7, code = int(kind);
  if (code === 1) return ((monday + 1) % 7) + 1;
  if (code === 2) return monday + 1;
  if (code === 3) return monday;
  if (code >= 11 && code <= 17) return ((monday - code + 18) % 7) + 1;
  throw NUM;
});
define("WEEKNUM", "dn", (env, date, kind = ONE) => {
  const code = int(kind);
  if (code === 21) return isoWeek(date);
  if (![1, 2, 11, 12, 13, 14, 15, 16, 17].includes(code)) throw NUM;
  const first = { 1: 6, 2: 0 }[code] ?? code - 11, start = civil(parts(date).y, 1, 1);
  return Math.floor((date.days - start.days + ((parts(start).w - first + 7) % 7)) / 7) + 1;
});
const monthEnd = (y, m) => parts(new Day(civil(y, m + 1, 1).days - 1)).d;
function movedMonths(date, months, last = false) {
  const { y, m, d } = parts(date), index = y * 12 + m - 1 + months;
  const year = Math.floor(index / 12), month = (((index % 12) + 12) % 12) + 1;
  if (year < 1900 || year > 9999) throw NUM;
  const end = monthEnd(year, month);
  return civil(year, month, last ? end : Math.min(d, end));
}
define("EDATE", "dn", (env, date, months) => movedMonths(date, int(months)));
define("EOMONTH", "dn", (env, date, months) => movedMonths(date, int(months), true));
define("DAYS", "dd", (env, end, start) => end.days - start.days);
function days360(start, end, european) {
  const a = parts(start), b = parts(end), isEnd = (one) => one.d === monthEnd(one.y, one.m);
  let first = a.d, last = b.d;
  if (european) { first = Math.min(first, 30); last = Math.min(last, 30); } else {
    if (isEnd(a) && a.m === 2) { first = 30; if (isEnd(b) && b.m === 2) last = 30; }
    first = Math.min(first, 30);
    if (last === 31 && first === 30) last = 30;
  }
  return (b.y - a.y) * 360 + (b.m - a.m) * 30 + last - first;
}
define("DAYS360", "ddb", (env, start, end, european = false) => days360(start, end, european));
function wholeMonths(start, end) {
  const a = parts(start), b = parts(end);
  return (b.y - a.y) * 12 + b.m - a.m - (b.d < a.d ? 1 : 0);
}
define("DATEDIF", "ddt", (env, start, end, unit) => {
  if (start.days > end.days) throw NUM;
  const a = parts(start), b = parts(end);
  switch (unit.toUpperCase()) {
    case "D": return end.days - start.days;
    case "M": return wholeMonths(start, end);
    case "Y": return Math.floor(wholeMonths(start, end) / 12);
    case "YM": return wholeMonths(start, end) % 12;
    case "MD": return b.d >= a.d ? b.d - a.d : b.d + parts(movedMonths(end, -1, true)).d - a.d;
    case "YD": {
      const year = b.m > a.m || (b.m === a.m && b.d >= a.d) ? a.y : a.y + 1;
      return civil(year, b.m, Math.min(b.d, monthEnd(year, b.m))).days - start.days;
    }
    default: throw NUM;
  }
});
const leap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
function actualYears(start, end) {
  const a = parts(start), b = parts(end), days = end.days - start.days;
  if (!days) return ZERO;
  if (b.y === a.y || (b.y === a.y + 1 && (b.m < a.m || (b.m === a.m && b.d <= a.d)))) {
    const met = [a.y, b.y].some((year) => leap(year) && start.days <= civil(year, 2, 29).days && civil(year, 2, 29).days <= end.days);
    return over(whole(days), whole((b.y === a.y ? leap(a.y) : met) ? 366 : 365));
  }
  let total = 0;
  for (let year = a.y; year <= b.y; year += 1) total += leap(year) ? 366 : 365;
  return over(whole(days * (b.y - a.y + 1)), whole(total));
}
define("YEARFRAC", "ddn", (env, one, two, basis = ZERO) => {
  const [start, end] = one.days > two.days ? [two, one] : [one, two], days = whole(end.days - start.days);
  switch (int(basis)) {
    case 0: return divided(whole(days360(start, end)), whole(360));
    case 1: return kept(actualYears(start, end));
    case 2: return divided(days, whole(360));
    case 3: return divided(days, whole(365));
    case 4: return divided(whole(days360(start, end, true)), whole(360));
    default: return NUM;
  }
}, { inexact: true });

function weekend(given) {
  if (given === null) return [5, 6];
  if (typeof given === "string" && /^[01]{7}$/.test(given)) {
    return [...given].flatMap((letter, at) => letter === "1" ? [at] : []);
  }
  if (typeof given === "string" || typeof given === "boolean" || given instanceof Day) throw VALUE;
  const code = int(given);
  if (code >= 1 && code <= 7) return [(code + 4) % 7, (code + 5) % 7];
  if (code >= 11 && code <= 17) return [(code - 5) % 7];
  throw NUM;
}
const holidays = (given) => new Set([given].flat().filter((item) => item !== null).map((item) => toDay(item).days));
function between(start, end, free, off) {
  if (start.days > end.days) return -between(end, start, free, off);
  const span = end.days - start.days + 1, first = parts(start).w;
  let count = Math.floor(span / 7) * (7 - free.length);
  for (let at = 0; at < span % 7; at += 1) count += free.includes((first + at) % 7) ? 0 : 1;
  const lost = [...off].filter((days) => days >= start.days && days <= end.days && !free.includes(parts(new Day(days)).w));
  return count - lost.length;
}
function workday(start, days, free, off) {
  const direction = days.n > 0n ? 1 : -1;
  let left = Math.abs(int(days)), at = start.days;
  if (free.length === 7) throw VALUE;
  if (left > 3e6) throw NUM;
  while (left) {
    at += direction;
    if (at < -25568 || at > 2932896) throw NUM;
    if (!free.includes(parts(new Day(at)).w) && !off.has(at)) left -= 1;
  }
  return new Day(at);
}
define("NETWORKDAYS", "ddl", (env, start, end, off = null) => between(start, end, [5, 6], holidays(off)));
define("NETWORKDAYS.INTL", "ddal", (env, start, end, free = null, off = null) => between(start, end, weekend(free), holidays(off)));
define("WORKDAY", "dnl", (env, start, days, off = null) => workday(start, days, [5, 6], holidays(off)));
define("WORKDAY.INTL", "dnal", (env, start, days, free = null, off = null) => workday(start, days, weekend(free), holidays(off)));
