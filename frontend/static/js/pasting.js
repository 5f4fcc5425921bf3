/* Cells copied from a spreadsheet, and inputs that take what stands in one. */

/** Return the rows of cells in a copied text: tabs between cells, quotes around line breaks. */
export function cells(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows.at(-1);
    if (quoted && sign === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
    else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (!quoted && sign === "\t") row.push("");
    else if (!quoted && sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  if (rows.length > 1 && rows.at(-1).join("") === "") rows.pop();
  return rows;
}

const YES = new Set(["true", "yes", "y", "1", "x", "✓", "√", "是", "对"]);

/** Put a text into an input as if it were typed; false where it takes no such text. */
export function put(input, text) {
  const said = text.trim();
  if (input.type === "checkbox") input.checked = YES.has(said.toLowerCase());
  else if (input.tagName === "SELECT") return choose(input, said);
  else if (input.type === "date") input.value = day(said);
  else if (input.type === "file" || input.type === "hidden") return false;
  else input.value = input.inputMode === "decimal" ? said.replace(/[¥$€,\s]/g, "") : said;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** 2026/3/2 and 2026年3月2日 as inputs want it. */
function day(text) {
  const found = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(text);
  return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : text;
}

function choose(select, text) {
  const wanted = new Set(select.multiple ? text.split(/[,;、，；]/).map((each) => each.trim()) : [text]);
  const options = [...select.options].filter((each) => wanted.has(each.textContent.trim()) || (each.value && wanted.has(each.value)));
  if (select.tomselect) select.tomselect.setValue(options.map((each) => each.value));
  else for (const each of select.options) each.selected = options.includes(each);
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return options.length > 0;
}
