/* Lists: sums, averages, extremes, counts, statistics, and the records' own functions. */
import { define, defineLazy } from "./table.js";
import {
  Clock, DIV0, Day, Dec, Fault, Moment, NA, NUM, ONE, VALUE, ZERO, add, compare, dayOf, divided, int, kept, largest, mul,
  numberOfText, over, round, sub, whole,
} from "./values.js";
import { root } from "./numbers.js";
import { equal, fold, number, order, text, truth } from "../expression.js";

const counted = (item) => [Dec, Day, Moment, Clock].some((one) => item instanceof one);
const alarm = (item) => { if (item instanceof Fault) throw item; return item; };
function numbersIn(values) {
  return values.flatMap((value) => Array.isArray(value) ? value.filter((item) => counted(alarm(item))) : value === null ? [] : [value]).map(number);
}
function allIn(values) {
  return values.flatMap((value) => Array.isArray(value) ? value.map((item) => typeof alarm(item) === "string" ? ZERO : item) : [value])
    .filter((item) => item !== null).map(number);
}
const total = (values) => values.reduce(add, ZERO);
const mean = (values) => { if (!values.length) throw DIV0; return divided(total(values), whole(values.length)); };
const smallest = (a, b) => (compare(a, b) > 0 ? b : a);
const PASS = { passes: true };
define("SUM", "l", (env, ...values) => total(numbersIn(values)), PASS);
define("SUMSQ", "l", (env, ...values) => total(numbersIn(values).map((one) => mul(one, one))), PASS);
define("PRODUCT", "l", (env, ...values) => { const found = numbersIn(values); return found.length ? found.reduce(mul, ONE) : ZERO; }, PASS);
define("AVERAGE", "l", (env, ...values) => mean(numbersIn(values)), { inexact: true });
define("AVERAGEA", "l", (env, ...values) => mean(allIn(values)), { inexact: true });
function dated(given, result) {
  const same = given.find((item) => counted(item) && compare(number(item), result) === 0);
  if (!given.some((item) => item instanceof Day || item instanceof Moment)) return same ?? result;
  return same && !(same instanceof Dec) ? same : dayOf(int(result));
}
function extreme(pick) {
  return (env, ...values) => { const found = numbersIn(values); return found.length ? dated(values.flat(), found.reduce(pick)) : ZERO; };
}
define("MAX", "l", extreme(largest), PASS);
define("MIN", "l", extreme(smallest), PASS);
define("MAXA", "l", (env, ...values) => { const found = allIn(values); return found.length ? found.reduce(largest) : ZERO; }, PASS);
define("MINA", "l", (env, ...values) => { const found = allIn(values); return found.length ? found.reduce(smallest) : ZERO; }, PASS);
const blank = (item) => item === null || item === "";
const count = (name, test) => define(name, "w", (env, ...values) => values.flat().filter(test).length, { blanks: true });
count("COUNT", counted);
count("COUNTA", (item) => !blank(item));
count("COUNTBLANK", blank);

function quiet(value) { try { return numberOfText(value); } catch { return null; } }
function pattern(value) {
  const source = fold(value).replace(/~([\s\S])|([*?])|([\\^$.|+()[\]{}])/g, (all, escaped, wild, special) =>
    escaped ? escaped.replace(/[\\^$.|?*+()[\]{}]/, "\\$&") : wild ? (wild === "*" ? "[\\s\\S]*?" : "[\\s\\S]") : `\\${special}`);
  return source;
}
function same(item, wanted) {
  if (typeof item === "string" && wanted instanceof Dec) { const found = quiet(item); return found !== null && compare(found, wanted) === 0; }
  if (counted(item) && counted(wanted)) return compare(number(item), number(wanted)) === 0;
  return item === wanted;
}
function readCriterion(value) {
  if (/^(true|false)$/i.test(value)) return value.toUpperCase() === "TRUE";
  return quiet(value) ?? value;
}
function criterion(given) {
  if (typeof given !== "string") return (item) => same(item, given ?? ZERO);
  const [, op = "=", rest] = /^(<=|>=|<>|<|>|=)?([\s\S]*)$/.exec(given);
  const wanted = readCriterion(rest);
  if (op !== "=" && op !== "<>") {
    const holds = (found) => ({ "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0 })[op];
    if (typeof wanted === "string") return (item) => typeof item === "string" && holds(order(item, wanted, {}));
    return (item) => counted(item) && wanted instanceof Dec && holds(compare(number(item), wanted));
  }
  let test = (item) => same(item, wanted);
  if (rest === "") test = blank;
  else if (typeof wanted === "string") { const found = new RegExp(`^${pattern(rest)}$`); test = (item) => typeof item === "string" && found.test(fold(item)); }
  return op === "=" ? test : (item) => !test(item);
}
const flat = (value) => Array.isArray(value) ? value.flat() : [value];
function matching(pairs) {
  if (pairs.length % 2) throw VALUE;
  const columns = pairs.filter((_, at) => at % 2 === 0).map(flat);
  const tests = pairs.filter((_, at) => at % 2).map((one) => criterion(Array.isArray(one) ? one[0] : one));
  if (new Set(columns.map((column) => column.length)).size > 1) throw VALUE;
  return columns[0].map((_, row) => tests.every((test, at) => test(columns[at][row])));
}
function numbersAt(values, chosen, strict = true) {
  const items = flat(values);
  if (strict && items.length !== chosen.length) throw VALUE;
  return items.filter((item, at) => chosen[at] && counted(alarm(item))).map(number);
}
const BLANKS = { blanks: true };
define("COUNTIF", "la", (env, ...pair) => matching(pair).filter(Boolean).length, BLANKS);
define("COUNTIFS", "lal", (env, ...pairs) => matching(pairs).filter(Boolean).length, BLANKS);
define("SUMIF", "lal", (env, values, test, summed = null) => total(numbersAt(summed ?? values, matching([values, test]), false)), { ...BLANKS, passes: true });
define("SUMIFS", "llal", (env, summed, ...pairs) => total(numbersAt(summed, matching(pairs))), { ...BLANKS, passes: true });
define("AVERAGEIF", "lal", (env, values, test, used = null) => mean(numbersAt(used ?? values, matching([values, test]), false)), { ...BLANKS, inexact: true });
const ifs = (pick) => (env, values, ...pairs) => { const found = numbersAt(values, matching(pairs)); return found.length ? found.reduce(pick) : ZERO; };
define("MAXIFS", "llal", ifs(largest), BLANKS);
define("MINIFS", "llal", ifs(smallest), BLANKS);
define("SUMPRODUCT", "l", (env, ...lists) => {
  const columns = lists.map(flat);
  if (new Set(columns.map((column) => column.length)).size > 1) throw VALUE;
  const term = (row) => columns.reduce((sum, column) => mul(sum, counted(alarm(column[row])) ? number(column[row]) : ZERO), ONE);
  return total(columns[0].map((_, row) => term(row)));
}, PASS);

const some = (values) => { const found = numbersIn(values).sort(compare); if (!found.length) throw NUM; return found; };
const listed = (values) => (Array.isArray(values) ? values : [values]);
define("MEDIAN", "l", (env, ...values) => {
  const found = some(values), middle = found.length >> 1;
  return found.length % 2 ? found[middle] : divided(add(found[middle - 1], found[middle]), whole(2));
}, { inexact: true });
define("MODE", "l", (env, ...values) => {
  const found = numbersIn(values), times = found.map((one) => found.filter((other) => compare(one, other) === 0).length);
  const most = Math.max(0, ...times);
  if (most < 2) throw NA;
  return found[times.indexOf(most)];
}, PASS);
function ranked(values, place, descending) {
  const found = some([listed(values)]);
  if (place < 1 || place > found.length) throw NUM;
  return dated(flat(values), descending ? found[found.length - place] : found[place - 1]);
}
define("LARGE", "ln", (env, values, place) => ranked(values, int(round(place, 0, "ceil")), true), PASS);
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
define("VAR", "l", (env, ...values) => kept(spread(values, true)), { inexact: true });
define("VARP", "l", (env, ...values) => kept(spread(values, false)), { inexact: true });
define("STDEV", "l", (env, ...values) => kept(root(spread(values, true), 40)), { inexact: true });
define("STDEVP", "l", (env, ...values) => kept(root(spread(values, false), 40)), { inexact: true });

const LIST = { blanks: true, passes: true };
const items = (values) => values === null ? [] : listed(values);
define("FILTER", "ll", (env, values, conditions) => {
  const found = items(values), chosen = Array.isArray(conditions) ? conditions : found.map(() => conditions);
  if (found.length !== chosen.length && chosen.length) throw VALUE;
  return found.filter((_, at) => truth(chosen[at]) === true);
}, LIST);
const rankOf = (value) => value === null ? 3 : typeof value === "boolean" ? 2 : typeof value === "string" ? 1 : 0;
define("SORT", "lbl", (env, values, descending = false, by = null) => {
  const found = items(values), keys = by === null ? found : items(by);
  if (keys.length !== found.length) throw VALUE;
  const places = found.map((_, at) => at), filled = places.filter((at) => keys[at] !== null);
  filled.sort((a, b) => (rankOf(keys[a]) - rankOf(keys[b]) || order(keys[a], keys[b], env) || 0) * (descending ? -1 : 1) || a - b);
  return [...filled, ...places.filter((at) => keys[at] === null)].map((at) => found[at]);
}, LIST);
define("FIRST", "l", (env, values) => items(values)[0] ?? null, LIST);
define("LAST", "l", (env, values) => items(values).slice(-1)[0] ?? null, LIST);
define("UNIQUE", "l", (env, values) => items(values).filter((one, at, all) => all.findIndex((other) => equal(one, other, env)) === at), LIST);
define("JOIN", "lt", (env, values, delimiter = ", ") => items(values).flat().filter((item) => item !== null).map(text).join(delimiter), BLANKS);
define("LOOKUP", "all", (env, value, keys, results = null) => {
  const wanted = items(keys), below = results === null ? wanted : items(results);
  const exact = wanted.findIndex((key, at) => at < below.length && equal(key, value, env));
  if (exact >= 0) return below[exact];
  const smaller = wanted.map((key, at) => at).filter((at) => rankOf(wanted[at]) === rankOf(value) && order(wanted[at], value, env) < 0);
  if (!smaller.length) throw NA;
  return below[smaller.reduce((a, b) => (order(wanted[b], wanted[a], env) >= 0 ? b : a))] ?? NA;
}, BLANKS);
define("USER", "", (env) => env.user ?? null);
define("ISNEW", "", (env) => !env.old);
const before = (arg, env, evaluated) => env.old ? evaluated(arg, { ...env, row: env.old }) : null;
defineLazy("OLD", ([arg], env, { evaluated }) => before(arg, env, evaluated));
defineLazy("CHANGED", ([arg], env, { evaluated }) => !equal(before(arg, env, evaluated), evaluated(arg, env), env));
