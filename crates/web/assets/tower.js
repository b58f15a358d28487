// Moves the lift as the machine's plan says. Each lift carries its plan: when it starts by the
// server's clock, and legs with speed and acceleration. Nothing is asked of the server on the way.
import { now } from "/assets/clock.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

// The parts of speeding up: how long the acceleration grows (and fades), and how long it stays. A
// jerk of 0 is none, and the acceleration is there at once.
function speedingUp(distance, v, a, j) {
  if (!j) return [0, Math.min(v, Math.sqrt(distance * a)) / a, a];
  const most = Math.min(a, Math.sqrt(v * j));
  const fade = most / j;
  if (distance >= v * (v / most + fade)) return [fade, Math.max(0, v / most - fade), most];
  if (distance >= 2 * most * fade * fade) {
    const ramps = Math.sqrt(fade * fade + (4 * distance) / most);
    return [fade, Math.max(0, (ramps - 3 * fade) / 2), most];
  }
  const short = Math.cbrt(distance / (2 * j));
  return [short, 0, j * short];
}

// How far along a leg after some seconds: speeding up, cruising, slowing down.
function travelled(distance, { v, a, j }, seconds, duration) {
  if (seconds <= 0 || distance === 0) return 0;
  if (seconds >= duration) return distance;
  const [grows, stays, most] = speedingUp(distance, v, a, j);
  const ramp = 2 * grows + stays;
  const peak = most * (grows + stays);
  const sped = (time) => {
    const fades = ramp - time;
    if (time < grows) return ((most / grows) * time ** 3) / 6;
    if (fades < grows) return peak * (ramp / 2 - fades) + ((most / grows) * fades ** 3) / 6;
    const steady = time - grows;
    return most * (grows ** 2 / 6 + (grows * steady) / 2 + steady ** 2 / 2);
  };
  const left = duration - seconds;
  if (seconds < ramp) return sped(seconds);
  if (left < ramp) return distance - sped(left);
  return Math.min(distance, sped(ramp) + peak * (seconds - ramp));
}

// The height of the lift in millimetres at a time, or nothing when the plan has no vertical leg.
function heightAt(plan, millis) {
  let height;
  for (const leg of plan.legs) {
    if (leg.axis !== "lift") continue;
    height ??= leg.from;
    const begun = (millis - plan.start_ms - leg.start_ms) / 1000;
    if (begun <= 0) break;
    const way = leg.to - leg.from;
    const done = travelled(Math.abs(way), leg, begun, leg.duration_ms / 1000);
    height = leg.from + Math.sign(way) * done;
  }
  return height;
}

function place(lift) {
  if (lift.seen !== lift.dataset.motion) {
    lift.seen = lift.dataset.motion;
    lift.plan = JSON.parse(lift.dataset.motion);
  }
  const height = heightAt(lift.plan, now());
  if (height === undefined) return;
  // Where a level stands on the page: its millimetres against its drawing's units.
  const stops = lift.dataset.stops.split(" ").map((pair) => pair.split(":").map(Number));
  let [low, high] = [stops[0], stops[stops.length - 1]];
  for (const stop of stops) {
    if (stop[0] <= height && stop[0] >= low[0]) low = stop;
    if (stop[0] >= height && stop[0] <= high[0]) high = stop;
  }
  const part = high[0] === low[0] ? 0 : (height - low[0]) / (high[0] - low[0]);
  const y = low[1] + (high[1] - low[1]) * part;
  const text = `translate(${lift.dataset.x} ${y.toFixed(1)})`;
  if (lift.getAttribute("transform") !== text) lift.setAttribute("transform", text);
}

let before = 0;
function frame(at) {
  // With reduced motion the lift jumps once a second; words beside it say what happens.
  if (!still.matches || at - before > 1000) {
    before = at;
    for (const lift of document.querySelectorAll("[data-motion]")) place(lift);
  }
  requestAnimationFrame(frame);
}

if (document.querySelector(".tower")) requestAnimationFrame(frame);
document.addEventListener("automat:replaced", () => {
  for (const lift of document.querySelectorAll("[data-motion]")) place(lift);
});
