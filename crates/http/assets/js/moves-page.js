// The administrators' page of moving rooms: looks again by itself while an order is carried out.

import { reload } from "./page.js";

const LOOK_AGAIN_MS = 2_000;

if (document.querySelector(".moves[data-running]")) setTimeout(reload, LOOK_AGAIN_MS);
