// Values that pages keep in their browser, by names. A browser may refuse that, or be full: then they are kept in the open pages
// and gone with them. Nothing here throws.

/** The channel of this name, or null where the browser has none. */
export function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

/** The tabs of a browser whose storage takes nothing tell each other what would be in it. */
const others = channel("kept");

function storeOf(kind, tell = () => {}) {
  /** Values that the browser did not take; null for one that is to be gone. */
  const here = new Map();

  function read(name) {
    try {
      return window[kind].getItem(name);
    } catch {
      return null;
    }
  }

  /** Whether the browser took it. */
  function written(name, value) {
    try {
      // Never first away and then anew: another tab would look in between.
      if (value === null) window[kind].removeItem(name);
      else window[kind].setItem(name, value);
      return true;
    } catch {
      // Words that there is no room for must not leave the older ones in their place.
      if (value !== null) written(name, null);
      return false;
    }
  }

  function names() {
    try {
      return Object.keys(window[kind]);
    } catch {
      return [];
    }
  }

  function put(name, value) {
    if (written(name, value)) here.delete(name);
    else {
      here.set(name, value);
      tell({ name, value });
    }
  }

  const get = (name) => (here.has(name) ? here.get(name) : read(name));

  return {
    /** The text under a name, or null. */
    get,
    /** Keeps a text; null takes it away. */
    put,
    /** The value under a name, parsed as JSON; `otherwise` where there is none that can be read. */
    parsed(name, otherwise) {
      try {
        return JSON.parse(get(name)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    /** All names that begin so. */
    names: (start) => [...new Set([...names(), ...here.keys()])].filter((name) => name.startsWith(start) && get(name) !== null),
    /** Something under a name that begins so goes with this page. */
    isLoose: (start) => [...here].some(([name, value]) => name.startsWith(start) && value !== null),
    heard: ({ name, value }) => here.set(name, value),
  };
}

/** For all tabs, and for later visits. */
export const local = storeOf("localStorage", (kept) => others?.postMessage(kept));
/** For this tab, as long as it lives. */
export const session = storeOf("sessionStorage");

others?.addEventListener("message", ({ data }) => local.heard(data));
