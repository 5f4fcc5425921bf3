/* The table of functions; the files beside this one fill it. */
export const FUNCTIONS = Object.create(null);

/** Declare a function. `kinds`: a letter per argument (n number, t text, b truth, d date, v day as Excel's
 * calendar shows it, c number and k date but no truth, a any, l list, r any or error, w list or error), the last repeated. `work(env, ...values)`. */
export function define(name, kinds, work, options = {}) {
  FUNCTIONS[name] = { kinds, work, ...options };
}
/** Declare a function that evaluates its own arguments: `work(args, env, {evaluated, operand})`. */
export function defineLazy(name, work) {
  FUNCTIONS[name] = { lazy: true, passes: true, work };
}
