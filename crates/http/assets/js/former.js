// Former records of a patient, which were merged into another one.

/** A patient's MRN, and those of former records with their names where they are others. */
export function withFormer({ mrn, name, former = [] }) {
  const words = former.map((record) => (record.name === name ? record.mrn : `${record.mrn} (${record.name})`));
  return words.length ? `${mrn}, formerly ${words.join(", ")}` : mrn;
}
