// A sign-out is seen at once by all tabs of this browser, whoever they listen to.

import { me, reload } from "./page.js";

const channel = "BroadcastChannel" in window ? new BroadcastChannel("sign-out") : null;
let signingOut = false;

for (const form of document.querySelectorAll('form[action="/logout"]')) {
  form.addEventListener("submit", () => { signingOut = true; });
}
// The page goes when the server has answered: the session is over by then.
addEventListener("pagehide", () => { if (signingOut) channel?.postMessage(me); });
channel?.addEventListener("message", ({ data }) => { if (data === me) reload(); });
