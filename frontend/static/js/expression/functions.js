/* All functions of formulas. */
import "./logic.js";
import "./numbers.js";
import "./lists.js";
import "./texts.js";
import "./dates.js";
export { FUNCTIONS } from "./table.js";
