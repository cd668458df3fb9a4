// One file in the composer: what it is, how far it is, and what can be done about it.

import { copy, sentence, show, write } from "./page.js";
import { kindOf, nameOf, sizeOf } from "./file-kind.js";
import { thumbnailOf } from "./file-view.js";

/** Pictures that this browser shows without asking the server. */
const SHOWN = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/** The card of a file of this computer, or of one that is uploaded already. */
export class Card {
  /** `waiting`, `uploading`, `uploaded`, `failed` (may be tried again) or `refused`. */
  state = "waiting";
  /** Nothing answered, or the server has no time just now, so nothing is wrong with the file: it is tried again by itself. */
  lost = false;
  /** The file as the server describes it; null until it is uploaded. */
  attachment = null;

  constructor({ file = null, attachment = null }, { remove, retry }) {
    this.file = file;
    this.element = copy("attach-template");
    const name = nameOf((file ?? attachment).name);
    write(this.element, ".attach-name", name);
    const remover = this.element.querySelector(".attach-remove");
    remover.setAttribute("aria-label", `Remove ${name}`);
    remover.addEventListener("click", () => remove(this));
    this.element.querySelector(".attach-retry").addEventListener("click", () => retry(this));
    if (attachment?.lost) this.refuse("The page went before this file was uploaded: attach it again.");
    else if (attachment) this.uploaded(attachment);
    else if (SHOWN.includes(file.type)) this.preview(URL.createObjectURL(file));
    if (file) this.wait();
  }

  preview(address) {
    const image = this.element.querySelector("img");
    image.addEventListener("load", () => {
      show(image, true);
      this.element.querySelector(".attach-preview .icon").setAttribute("hidden", "");
      if (address.startsWith("blob:")) URL.revokeObjectURL(address);
    }, { once: true });
    image.src = address;
  }

  tell(state, words) {
    this.state = state;
    this.element.dataset.state = state;
    write(this.element, ".attach-detail", words);
    show(this.element.querySelector(".attach-progress"), state === "uploading");
    show(this.element.querySelector(".attach-retry"), state === "failed");
  }

  wait() {
    this.lost = false;
    this.tell("waiting", `${sizeOf(this.file.size)} · waiting`);
  }

  progress(part) {
    this.element.querySelector(".attach-progress").value = part;
    const words = part < 1 ? `${Math.floor(part * 100)} % of ${sizeOf(this.file.size)}` : "Being checked";
    this.tell("uploading", words);
  }

  uploaded(attachment) {
    this.attachment = attachment;
    this.tell("uploaded", `${kindOf(attachment.media_type)} · ${sizeOf(attachment.size)}`);
    if (!this.file && attachment.width) this.preview(thumbnailOf(attachment));
  }

  failed({ isTemporary, status, message, retryAfterMs }) {
    this.lost = status === 0 || retryAfterMs > 0;
    const words = sentence(message);
    if (isTemporary) this.tell("failed", `Not uploaded: ${words}${this.lost ? " Tried again by itself." : ""}`);
    else this.tell("refused", words);
  }

  refuse(words) {
    this.tell("refused", words);
  }
}
