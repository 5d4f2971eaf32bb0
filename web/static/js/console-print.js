// Pages that are printed.
import { $ } from "./page.js";

$("[data-print]").addEventListener("click", () => window.print());
