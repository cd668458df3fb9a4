// The administrators' page of moving rooms: looks again by itself while an order is carried out.

const LOOK_AGAIN_MS = 2_000;

if (document.querySelector(".moves[data-running]")) setTimeout(() => location.reload(), LOOK_AGAIN_MS);
