/* One value or several: work is applied place by place, and an error value thrown inside is the result. */
import { Fault, NA, Spill, VALUE, wide, widthOf } from "./values.js";

const MOST = 100000;
/** Apply to values, or to the places of lists; a gap is #N/A. Of arrays a row meets a column as a table does. */
export function each(work, ...sides) {
  const lists = sides.filter(Array.isArray);
  if (!lists.length) return work(...sides);
  const shapes = new Set(lists.map((side) => `${widthOf(side)},${side.length}`));
  if (shapes.size > 1 && lists.every(widthOf)) return crossed(work, sides, lists);
  const length = Math.max(...lists.map((side) => side.length));
  const at = (side, place) => !Array.isArray(side) ? side : place < side.length ? side[place] : side.length === 1 ? side[0] : NA;
  const found = Spill.from({ length }, (_, place) => work(...sides.map((side) => at(side, place))));
  return wide(found, shapes.size === 1 ? widthOf(lists[0]) : 0);
}
function crossed(work, sides, lists) {
  const columns = Math.max(...lists.map(widthOf)), rows = Math.max(...lists.map((side) => side.length / widthOf(side)));
  if (columns * rows > MOST) return Spill.of(VALUE);
  const at = (side, row, column) => {
    if (!Array.isArray(side)) return side;
    const width = widthOf(side), height = side.length / width, r = height > 1 ? row : 0, c = width > 1 ? column : 0;
    return r < height && c < width ? side[r * width + c] : NA;
  };
  const place = (_, index) => work(...sides.map((side) => at(side, Math.floor(index / columns), index % columns)));
  return wide(Spill.from({ length: columns * rows }, place), columns);
}
/** Run a function that may throw an error value. */
export function caught(work) {
  try { return work(); } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
