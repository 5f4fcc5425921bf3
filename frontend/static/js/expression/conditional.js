/* Lists under a condition: what meets a criterion is counted, summed, averaged or compared. */
import { number } from "./coercion.js";
import { fold, order } from "./comparing.js";
import { alarm, counted, mean, smallest, total } from "./lists.js";
import { numberOfText } from "./reading.js";
import { define } from "./table.js";
import { Dec, Fault, ONE, VALUE, ZERO, compare, largest, mul, widthOf } from "./values.js";
import { wildMatches, wildcard } from "./wildcards.js";

const CODES = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];
const empty = (item) => item === null || item === "";
function quiet(value) { try { return numberOfText(value); } catch { return null; } }
const matcher = (value) => { const pattern = wildcard(fold(value)); return (text) => wildMatches(pattern, fold(text)); };
function same(item, wanted) {
  if (typeof item === "string" && wanted instanceof Dec) { const found = quiet(item); return found !== null && compare(found, wanted) === 0; }
  if (item instanceof Fault && wanted instanceof Fault) return item.code === wanted.code;
  if (counted(item) && counted(wanted)) return compare(number(item), number(wanted)) === 0;
  return item === wanted;
}
function readCriterion(value) {
  if (/^(true|false)$/i.test(value)) return value.toUpperCase() === "TRUE";
  if (CODES.includes(value.toUpperCase())) return new Fault(value.toUpperCase());
  return quiet(value) ?? value;
}
function criterion(given) {
  if (given === null) return empty;
  if (typeof given !== "string") return (item) => same(item, given);
  const [, op = "=", rest] = /^(<=|>=|<>|<|>|=)?([\s\S]*)$/.exec(given);
  const wanted = readCriterion(rest);
  if (op !== "=" && op !== "<>") {
    const holds = (found) => ({ "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0 })[op];
    if (typeof wanted === "string") return (item) => typeof item === "string" && holds(order(item, wanted));
    if (typeof wanted === "boolean") return (item) => typeof item === "boolean" && holds(Number(item) - Number(wanted));
    return (item) => counted(item) && wanted instanceof Dec && holds(compare(number(item), wanted));
  }
  let test = (item) => same(item, wanted);
  if (rest === "") test = empty;
  else if (typeof wanted === "string") { const matches = matcher(rest); test = (item) => typeof item === "string" && matches(item); }
  return op === "=" ? test : (item) => !test(item);
}
const flat = (value) => Array.isArray(value) ? Array.from(value).flat(Infinity) : [value];
/** The items of lists that stand side by side; different lengths or shapes are #VALUE!. */
function columnsOf(lists) {
  const shapes = new Set(lists.map(widthOf).filter(Boolean)), columns = lists.map(flat);
  if (shapes.size > 1 || new Set(columns.map((column) => column.length)).size > 1) throw VALUE;
  return columns;
}
function matching(pairs) {
  if (pairs.length % 2) throw VALUE;
  const columns = columnsOf(pairs.filter((_, at) => at % 2 === 0));
  const tests = pairs.filter((_, at) => at % 2).map((one) => criterion(Array.isArray(one) ? one[0] ?? null : one));
  return columns[0].map((_, row) => tests.every((test, at) => test(columns[at][row])));
}
function numbersAt(values, chosen, strict = true) {
  const items = flat(values);
  if (strict && items.length !== chosen.length) throw VALUE;
  return items.filter((item, at) => chosen[at] && counted(alarm(item))).map(number);
}
const CRITERIA = { blanks: true };
define("COUNTIF", "la", (env, ...pair) => matching(pair).filter(Boolean).length, CRITERIA);
define("COUNTIFS", "lal", (env, ...pairs) => matching(pairs).filter(Boolean).length, CRITERIA);
define("SUMIF", "lal", (env, values, test, summed = null) => total(numbersAt(summed ?? values, matching([values, test]), false)), { ...CRITERIA, passes: true });
define("SUMIFS", "llal", (env, summed, ...pairs) => total(numbersAt(summed, matching(pairs))), { ...CRITERIA, passes: true });
define("AVERAGEIF", "lal", (env, values, test, used = null) => mean(numbersAt(used ?? values, matching([values, test]), false)), { ...CRITERIA, inexact: true });
const ifs = (pick) => (env, values, ...pairs) => { const found = numbersAt(values, matching(pairs)); return found.length ? found.reduce(pick) : ZERO; };
define("MAXIFS", "llal", ifs(largest), CRITERIA);
define("MINIFS", "llal", ifs(smallest), CRITERIA);
define("SUMPRODUCT", "l", (env, ...lists) => {
  const columns = columnsOf(lists);
  const term = (row) => columns.reduce((sum, column) => mul(sum, counted(alarm(column[row])) ? number(column[row]) : ZERO), ONE);
  return total(columns[0].map((_, row) => term(row)));
}, { passes: true });
