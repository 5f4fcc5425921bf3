/* Records: lists of them, filtered, sorted and looked up, and what changed. */
import { text, truth } from "./coercion.js";
import { equal, order } from "./comparing.js";
import { define, defineLazy } from "./table.js";
import { gathered } from "./texts.js";
import { Fault, NA, VALUE } from "./values.js";

const rowsOf = (values) => (Array.isArray(values) ? Array.from(values) : [values]);
const AS_THEY_ARE = { blanks: true, passes: true };
const itemsOf = (values) => values === null ? [] : rowsOf(values);
define("FILTER", "ll", (env, values, conditions) => {
  const found = itemsOf(values), chosen = Array.isArray(conditions) ? conditions : found.map(() => conditions);
  if (found.length !== chosen.length && chosen.length) throw VALUE;
  return found.filter((_, at) => truth(chosen[at] ?? null) === true);
}, AS_THEY_ARE);
const rankOf = (value) => value === null ? 3 : typeof value === "boolean" ? 2 : typeof value === "string" ? 1 : 0;
define("SORT", "lbl", (env, values, descending = false, by = null) => {
  const found = itemsOf(values), keys = by === null ? found : itemsOf(by);
  if (keys.length !== found.length) throw VALUE;
  const places = found.map((_, at) => at), filled = places.filter((at) => keys[at] !== null);
  filled.sort((a, b) => (rankOf(keys[a]) - rankOf(keys[b]) || order(keys[a], keys[b]) || 0) * (descending ? -1 : 1) || a - b);
  return [...filled, ...places.filter((at) => keys[at] === null)].map((at) => found[at]);
}, AS_THEY_ARE);
define("FIRST", "l", (env, values) => itemsOf(values)[0] ?? null, AS_THEY_ARE);
define("LAST", "l", (env, values) => itemsOf(values).slice(-1)[0] ?? null, AS_THEY_ARE);
define("UNIQUE", "l", (env, values) => {
  const found = [];
  for (const item of itemsOf(values)) {
    if (!found.some((other) => equal(item, other))) found.push(item);
    if (found.length > 1000) throw VALUE;
  }
  return found;
}, AS_THEY_ARE);
define("JOIN", "lt", (env, values, delimiter = ", ") => gathered(itemsOf(values).flat(Infinity).filter((item) => item !== null).map(text), () => delimiter), { blanks: true });
define("LOOKUP", "all", (env, value, keys, results = null) => {
  const wanted = itemsOf(keys), below = results === null ? wanted : itemsOf(results);
  const exact = wanted.findIndex((key, at) => at < below.length && equal(key, value));
  if (exact >= 0) return below[exact];
  const smaller = wanted.map((key, at) => at).filter((at) => rankOf(wanted[at]) === rankOf(value) && order(wanted[at], value) < 0);
  if (!smaller.length) throw NA;
  return below[smaller.reduce((a, b) => (order(wanted[b], wanted[a]) >= 0 ? b : a))] ?? NA;
}, { blanks: true });
define("ISNEW", "", (env) => !env.old);
const before = (arg, env, evaluated) => env.old ? evaluated(arg, { ...env, row: env.old }) : null;
defineLazy("OLD", ([arg], env, { evaluated }) => before(arg, env, evaluated));
defineLazy("CHANGED", ([arg], env, { evaluated }) => {
  const was = before(arg, env, evaluated), is = evaluated(arg, env);
  const wrong = [was, is].find((side) => side instanceof Fault);
  if (wrong) return wrong;
  const [one, other] = [was, is].map((side) => (Array.isArray(side) ? Array.from(side) : side));
  if (!Array.isArray(one) && !Array.isArray(other)) return !equal(one, other);
  const [first, second] = [one ?? [], other ?? []];
  return first.length !== second.length || first.some((item, at) => !equal(item, second[at]));
});
