// Marks of the people who have a message, read it, acknowledged it. Marks are only ever added.

const KINDS = ["delivered", "read", "acknowledged"];

/** `{delivered, read, acknowledged}`, each a list of `{doctor_id, at}`. */
export const marksOf = (element) => JSON.parse(element.dataset.receipts || '{"delivered":[],"read":[],"acknowledged":[]}');

/** Adds the marks that are not known yet, and gives all of them. */
export function addMarks(element, added = {}) {
  const marks = marksOf(element);
  for (const kind of KINDS) {
    const known = new Set(marks[kind].map((mark) => mark.doctor_id));
    marks[kind].push(...(added[kind] ?? []).filter((mark) => !known.has(mark.doctor_id)));
  }
  element.dataset.receipts = JSON.stringify(marks);
  return marks;
}
