/* Logic: choices, connectives, what a value is. */
import { define, defineLazy } from "./table.js";
import { Clock, Day, Dec, Fault, Id, Moment, NA, VALUE, ZERO, int, mapped } from "./values.js";
import { number, truth } from "./coercion.js";
import { equal, order } from "./comparing.js";
import { caught, each } from "./lifting.js";

const said = (value) => caught(() => truth(value));
function junction(deciding) {
  return (args, env, { operand }) => {
    let result = !deciding;
    for (const arg of args) {
      const given = operand(arg, env);
      const found = Array.isArray(given) ? Array.from(given).filter((item) => typeof item !== "string").map(said) : [said(given)];
      if (!found.length && given.length) return VALUE;
      const wrong = found.find((item) => item instanceof Fault);
      if (wrong) return wrong;
      if (found.includes(deciding)) result = deciding;
      else if (found.includes(null) && result !== deciding) result = null;
    }
    return result;
  };
}
defineLazy("AND", junction(false));
defineLazy("OR", junction(true));
define("XOR", "l", (env, ...values) => {
  const found = values.flatMap((value) => Array.isArray(value) ? Array.from(value).filter((item) => typeof item !== "string") : [value]);
  if (!found.length) throw VALUE;
  return found.filter((item) => truth(item) === true).length % 2 === 1;
});
const chosen = (given, then, otherwise) => {
  const found = said(given);
  return found instanceof Fault ? found : found === true ? then : otherwise;
};
defineLazy("IF", ([condition, then, otherwise], env, { evaluated, operand }) => {
  const given = operand(condition, env);
  if (Array.isArray(given)) return each(chosen, given, evaluated(then, env), otherwise ? evaluated(otherwise, env) : null);
  const found = said(given);
  if (found instanceof Fault) return found;
  if (found === true) return evaluated(then, env);
  return otherwise ? evaluated(otherwise, env) : null;
});
defineLazy("IFS", (args, env, { evaluated, operand }) => {
  for (let at = 0; at + 1 < args.length; at += 2) {
    const found = said(operand(args[at], env));
    if (found instanceof Fault) return found;
    if (found === true) return evaluated(args[at + 1], env);
  }
  return args.length % 2 ? VALUE : NA;
});
defineLazy("SWITCH", (args, env, { evaluated, operand }) => each((value) => {
  if (value instanceof Fault) return value;
  for (let at = 1; at + 1 < args.length; at += 2) {
    const against = operand(args[at], env);
    if (against instanceof Fault) return against;
    if (equal(value, against)) return evaluated(args[at + 1], env);
  }
  return args.length % 2 ? NA : evaluated(args[args.length - 1], env);
}, operand(args[0], env)));
defineLazy("CHOOSE", ([index, ...values], env, { evaluated, operand }) => each((given) => caught(() => {
  const place = number(given);
  if (place === null) return null;
  const at = int(place);
  return at >= 1 && at <= values.length ? evaluated(values[at - 1], env) : VALUE;
}), operand(index, env)));
function rescue(wanted) {
  return ([first, second], env, { evaluated }) => {
    const value = evaluated(first, env);
    const wrong = (item) => item instanceof Fault && wanted(item);
    if (Array.isArray(value) && value.some(wrong)) {
      const instead = evaluated(second, env);
      return mapped(value, (item) => wrong(item) ? instead : item);
    }
    return wrong(value) ? evaluated(second, env) : value;
  };
}
defineLazy("IFERROR", rescue(() => true));
defineLazy("IFNA", rescue((fault) => fault.code === NA.code));
defineLazy("COALESCE", (args, env, { evaluated }) => {
  for (const arg of args) {
    const value = evaluated(arg, env);
    if (value !== null) return value;
  }
  return null;
});
define("TRUE", "", () => true);
define("FALSE", "", () => false);
define("NA", "", () => NA);
define("NOT", "b", (env, value) => !value);
define("IN", "ll", (env, value, ...values) => values.flat(Infinity).some((item) => equal(value, item)));
define("BETWEEN", "aaa", (env, value, low, high) => {
  if (value === null || low === null || high === null) return null;
  const first = order(value, low), second = order(value, high);
  return first === undefined || second === undefined ? VALUE : first >= 0 && second <= 0;
});
const is = (name, kind, test) => define(name, kind, (env, value) => test(value), { blanks: true });
is("ISNUMBER", "r", (value) => [Dec, Day, Moment, Clock, Id].some((one) => value instanceof one));
is("ISTEXT", "r", (value) => typeof value === "string");
is("ISNONTEXT", "r", (value) => typeof value !== "string");
is("ISLOGICAL", "r", (value) => typeof value === "boolean");
is("ISERROR", "r", (value) => value instanceof Fault);
is("ISERR", "r", (value) => value instanceof Fault && value.code !== NA.code);
is("ISNA", "r", (value) => value instanceof Fault && value.code === NA.code);
is("ISBLANK", "w", (value) => value === null || value === "" || value.length === 0);
define("ISEVEN", "c", (env, value) => int(value) % 2 === 0);
define("ISODD", "c", (env, value) => int(value) % 2 !== 0);
const ERRORS = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];
define("ERROR.TYPE", "r", (env, value) => value instanceof Fault ? ERRORS.indexOf(value.code) + 1 : NA, { blanks: true });
define("TYPE", "w", (env, value) => Array.isArray(value) ? 64 : value instanceof Fault ? 16
  : typeof value === "boolean" ? 4 : typeof value === "string" ? 2 : 1, { blanks: true });
define("N", "a", (env, value) => value === null || typeof value === "string" ? ZERO : number(value), { blanks: true });
define("T", "a", (env, value) => typeof value === "string" ? value : "", { blanks: true });
