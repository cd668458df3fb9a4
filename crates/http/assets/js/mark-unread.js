// "Mark unread from here": the room waits in the list again, on every device.

import { roomId, sentence } from "./page.js";
import { call, room } from "./api.js";
import { pauseReading } from "./read.js";
import { keepPlace } from "./scroll.js";
import { putNewLine } from "./timeline.js";
import { tell } from "./toast.js";

export async function markUnread(message) {
  const goOn = pauseReading();
  try {
    await call("POST", room(roomId, "/unread"), { message_id: message.dataset.messageId });
    keepPlace(() => putNewLine(message));
    tell("Marked unread. It stays so until you open this room again.");
  } catch (error) {
    goOn();
    tell(`Not marked unread: ${sentence(error.message)}`);
  }
}
