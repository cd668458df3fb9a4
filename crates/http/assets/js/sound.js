// The sound of an urgent message: two short tones, made here, nothing loaded.

let context = null;

/** Browsers let a page sound only after somebody used it. */
function ready() {
  if (!("AudioContext" in window) || navigator.userActivation?.hasBeenActive === false) return false;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  return true;
}

function tone(at, pitch) {
  const sound = context.createOscillator();
  const level = context.createGain();
  sound.frequency.value = pitch;
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(0.25, at + 0.02);
  level.gain.linearRampToValueAtTime(0, at + 0.22);
  sound.connect(level).connect(context.destination);
  sound.start(at);
  sound.stop(at + 0.25);
}

export function ring() {
  try {
    if (!ready()) return;
    tone(context.currentTime, 880);
    tone(context.currentTime + 0.3, 660);
  } catch {
    // A browser without a way to sound; what rings is also written.
  }
}
