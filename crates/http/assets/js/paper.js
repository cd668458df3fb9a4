// The page for paper has a button that prints it.

import { byId } from "./page.js";

byId("paper-print").addEventListener("click", () => print());
