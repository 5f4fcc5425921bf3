/* Lists: sums, averages, extremes, counts and statistics. */
import { number } from "./coercion.js";
import { root } from "./numbers.js";
import { define } from "./table.js";
import {
  Clock, DIV0, Day, Dec, Fault, Id, Moment, NA, NUM, ONE, ZERO, add, compare, divided, int, kept, largest, mul, dayOf, over, round, show,
  sub, whole,
} from "./values.js";
import { fromWall } from "./zone.js";

export const counted = (item) => [Dec, Day, Moment, Clock, Id].some((one) => item instanceof one);
export const alarm = (item) => { if (item instanceof Fault) throw item; return item; };
function numbersIn(values) {
  return values.flatMap((value) => Array.isArray(value) ? Array.from(value).flat(Infinity).filter((item) => counted(alarm(item))) : value === null ? [] : [value]).map(number);
}
function allIn(values) {
  return values.flatMap((value) => Array.isArray(value) ? Array.from(value).flat(Infinity).map((item) => typeof alarm(item) === "string" ? ZERO : item) : [value])
    .filter((item) => item !== null).map(number);
}
export const total = (values) => values.reduce(add, ZERO);
export const mean = (values) => { if (!values.length) throw DIV0; return divided(total(values), whole(values.length)); };
export const smallest = (a, b) => (compare(a, b) > 0 ? b : a);
const LEFT_OUT = { omitted: ZERO }, PASS = { passes: true, ...LEFT_OUT };
define("SUM", "l", (env, ...values) => total(numbersIn(values)), PASS);
define("SUMSQ", "l", (env, ...values) => total(numbersIn(values).map((one) => mul(one, one))), PASS);
define("PRODUCT", "l", (env, ...values) => { const found = numbersIn(values); return found.length ? found.reduce(mul, ONE) : ZERO; }, { passes: true });
define("AVERAGE", "l", (env, ...values) => mean(numbersIn(values)), { inexact: true, ...LEFT_OUT });
define("AVERAGEA", "l", (env, ...values) => mean(allIn(values)), { inexact: true, ...LEFT_OUT });
/** A number among dates is the date it stands for. */
function dated(given, result) {
  if (given.some((item) => item instanceof Moment)) return momentOf(result);
  return given.some((item) => item instanceof Day) ? dayOf(int(result)) : result;
}
function momentOf(serial) {
  const days = int(serial), seconds = int(round(mul(sub(serial, whole(days)), whole(86400)), 0));
  return new Moment(fromWall(dayOf(days).days * 864e5 + seconds * 1000));
}
function extreme(pick) {
  return (env, ...values) => {
    const found = numbersIn(values), given = values.flat(Infinity);
    if (!found.length) return ZERO;
    const result = found.reduce(pick), same = given.find((item) => counted(item) && compare(number(item), result) === 0) ?? result;
    return same instanceof Dec || same instanceof Id ? dated(given, result) : same;
  };
}
define("MAX", "l", extreme(largest), PASS);
define("MIN", "l", extreme(smallest), PASS);
define("MAXA", "l", (env, ...values) => { const found = allIn(values); return found.length ? found.reduce(largest) : ZERO; }, PASS);
define("MINA", "l", (env, ...values) => { const found = allIn(values); return found.length ? found.reduce(smallest) : ZERO; }, PASS);
const blank = (item) => item === null || item === "";
const count = (name, test, options = LEFT_OUT) => define(name, "w", (env, ...values) => values.flat(Infinity).filter(test).length, { blanks: true, ...options });
count("COUNT", counted);
count("COUNTA", (item) => !blank(item));
count("COUNTBLANK", blank, {});

const some = (values) => { const found = numbersIn(values).sort(compare); if (!found.length) throw NUM; return found; };
const listed = (values) => (Array.isArray(values) ? values : [values]);
define("MEDIAN", "l", (env, ...values) => {
  const found = some(values), middle = found.length >> 1;
  return found.length % 2 ? found[middle] : divided(add(found[middle - 1], found[middle]), whole(2));
}, { inexact: true, ...LEFT_OUT });
define("MODE", "l", (env, ...values) => {
  const found = numbersIn(values), times = new Map();
  for (const one of found) times.set(show(one), (times.get(show(one)) ?? 0) + 1);
  const most = [...times.values()].reduce((a, b) => Math.max(a, b), 0);
  if (most < 2) throw NA;
  return found.find((one) => times.get(show(one)) === most);
}, PASS);
function ranked(values, place, descending) {
  const found = some([listed(values)]);
  if (place < 1 || place > found.length) throw NUM;
  return dated([values].flat(Infinity), descending ? found[found.length - place] : found[place - 1]);
}
define("LARGE", "ln", (env, values, place) => ranked(values, int(place), true), PASS);
define("SMALL", "ln", (env, values, place) => ranked(values, int(place), false), PASS);
define("RANK", "nln", (env, value, values, ascending = ZERO) => {
  const found = numbersIn([listed(values)]);
  if (!found.some((one) => compare(one, value) === 0)) throw NA;
  return 1 + found.filter((one) => ascending.n ? compare(one, value) < 0 : compare(one, value) > 0).length;
});
define("PERCENTILE", "ln", (env, values, share) => {
  const found = some([values]);
  if (share.n < 0n || compare(share, ONE) > 0) throw NUM;
  const place = mul(share, whole(found.length - 1)), below = int(place), above = Math.min(below + 1, found.length - 1);
  return kept(add(found[below], mul(sub(place, whole(below)), sub(found[above], found[below]))));
}, { inexact: true });
function spread(values, sample) {
  const found = numbersIn(values), divisor = found.length - (sample ? 1 : 0);
  if (divisor < 1) throw DIV0;
  const sum = total(found), squares = total(found.map((one) => mul(one, one)));
  return over(sub(mul(squares, whole(found.length)), mul(sum, sum)), whole(found.length * divisor), 40);
}
define("VAR", "l", (env, ...values) => kept(spread(values, true)), { inexact: true, ...LEFT_OUT });
define("VARP", "l", (env, ...values) => kept(spread(values, false)), { inexact: true, ...LEFT_OUT });
define("STDEV", "l", (env, ...values) => kept(root(spread(values, true), 40)), { inexact: true, ...LEFT_OUT });
define("STDEVP", "l", (env, ...values) => kept(root(spread(values, false), 40)), { inexact: true, ...LEFT_OUT });
