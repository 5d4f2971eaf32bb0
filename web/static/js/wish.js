// The form of a wish: where the phone is, if its owner wants to say so. Only
// some hundred metres of it leave the phone.
import { put, text, $ } from "./page.js";

const button = $("#locate");
const field = $("#f-spot");

function near(degrees) {
  return (Math.round(degrees * 1000) / 1000).toFixed(3);
}

if (button && field && navigator.geolocation && window.isSecureContext) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    put($("#located"), text("wish.locating"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${near(coords.latitude)}, ${near(coords.longitude)}`;
        put($("#located"), text("wish.located"));
        button.disabled = false;
      },
      () => {
        put($("#located"), text("wish.not_located"));
        button.disabled = false;
      },
      { maximumAge: 600_000, timeout: 20_000 },
    );
  });
}

// A form that is sent twice is one wish; still, nobody should wonder.
const form = $("form.wish");
form?.addEventListener("submit", () => {
  const send = form.querySelector("[type=submit]");
  setTimeout(() => { send.disabled = true; put(send, text("wish.sending")); });
});
