// Looking for a doctor by name, specialty or ward while typing.

import { copy, detail, isComposing, sentence, write } from "./page.js";
import { call } from "./api.js";
import { isBlank } from "./length.js";
import { onceBack } from "./once-back.js";
import { availability } from "./availability.js";

const WAIT_MS = 200;

/**
 * Searches for what is typed into `field` and lists in `found` those whom `fits` lets through; the one
 * picked is given to `choose`. `status` is the line that says what came of it.
 */
export function doctorSearch({ field, found, status }, fits, choose) {
  let timer;
  let asked = 0;

  async function pick(doctor) {
    asked += 1;
    clearTimeout(timer);
    field.value = "";
    found.replaceChildren();
    field.focus();
    await choose(doctor);
  }

  function choice(doctor) {
    const item = copy("found-template");
    write(item, ".choice-name", doctor.name);
    write(item, ".choice-detail", [detail(doctor), doctor.ward].filter(Boolean).join(" · "));
    availability(item, doctor.availability);
    const button = item.querySelector("button");
    button.dataset.doctorId = doctor.id;
    button.addEventListener("click", () => pick(doctor));
    return item;
  }

  async function search() {
    const turn = ++asked;
    const query = field.value.trim();
    status.textContent = "";
    if (isBlank(query)) {
      found.replaceChildren();
      return;
    }
    try {
      const { doctors } = await call("GET", `doctors?q=${encodeURIComponent(query)}`);
      if (turn !== asked) return;
      const fitting = doctors.filter(fits);
      found.replaceChildren(...fitting.map(choice));
      status.textContent = fitting.length ? "" : "No other doctor found.";
    } catch (error) {
      if (turn !== asked) return;
      status.textContent = `Search failed: ${sentence(error.message)}`;
      if (error.isTemporary) onceBack(() => turn === asked && search());
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    found.querySelector("button")?.click();
  });
}
