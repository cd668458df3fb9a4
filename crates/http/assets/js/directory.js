// The directory of doctors: results as typed.

import { byId } from "./page.js";
import { searchAsTyped } from "./as-typed.js";

const form = byId("directory-search");

if (form) {
  searchAsTyped(form, "people-results", (found) => {
    const count = found.querySelectorAll("[data-doctor-id]").length;
    return count === 1 ? "1 doctor found." : `${count} doctors found.`;
  });
}
