// The code of a wish comes behind the # of an address, which no server and no
// log on the way sees. It goes on in a form, and out of the address.
import { $ } from "./page.js";

const form = $("#track");
const code = decodeURIComponent(location.hash.slice(1));
if (form && code) {
  history.replaceState(null, "", location.pathname);
  $("#code").value = code;
  form.submit();
}
