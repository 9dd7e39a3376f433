// Everything here makes a page that already works a little better. Nothing here is needed.
import "@digdir/designsystemet-web/details"; // Firefox with TalkBack announces <details> properly
import "@digdir/designsystemet-web/ds-error-summary"; // takes the focus when a form comes back with errors
import "@digdir/designsystemet-web/ds-field"; // text areas grow, counters count
import { watchDrafts } from "./autosave.js";
import { watchBudget } from "./budget.js";
import { watchColours } from "./colours.js";
import { watchForms } from "./forms.js";
import { watchMenus } from "./menus.js";
import { watchWriting } from "./writing.js";

window.dsWarnings = false;
watchWriting(); // before the drafts, which may fill in rows that they add
watchDrafts();
watchBudget();
watchColours();
watchForms();
watchMenus();
