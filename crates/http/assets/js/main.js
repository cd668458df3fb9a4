// Brings a page to life. Without this script every form and link still works.

import "./unsent.js";
import "./connection.js";
import "./messages.js";
import "./older.js";
import "./receipts.js";
import "./acknowledge.js";
import "./composer.js";
import "./reply.js";
import "./typing.js";
import "./read.js";
import "./participants.js";
import "./new-room.js";
import "./rooms.js";
import "./keys.js";
import { start } from "./live.js";

document.documentElement.classList.add("js");
start();
