// The list of patients: results as typed. What is typed may be a name, so it is in no address; the way back from a
// patient leads to it all the same.

import { byId } from "./page.js";
import { searchAsTyped } from "./as-typed.js";

const form = byId("patient-find");

if (form) {
  const field = byId("patient-search");
  const search = searchAsTyped(form, "patient-results", (found) => {
    const count = found.querySelectorAll("[data-patient-id]").length;
    return count === 1 ? "1 patient found." : `${count} patients found.`;
  });
  form.addEventListener("input", () => history.replaceState({ ...history.state, patients: field.value }, ""));
  const [navigation] = performance.getEntriesByType("navigation");
  const before = history.state?.patients;
  if (before && navigation?.type === "back_forward") {
    field.value = before;
    search();
  }
}
