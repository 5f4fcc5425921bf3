/* All functions of formulas. */
import "./logic.js";
import "./numbers.js";
import "./lists.js";
import "./conditional.js";
import "./records.js";
import "./people.js";
import "./texts.js";
import "./seeking.js";
import "./writing.js";
import "./chinese.js";
import "./dates.js";
import "./workdays.js";
export { FUNCTIONS } from "./table.js";
