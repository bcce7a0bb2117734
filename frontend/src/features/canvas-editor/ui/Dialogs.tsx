/** Dialogs of the editor, each mounted only while it is open. */
import { useView } from "../store/editor";
import { HelpSheet } from "./HelpSheet";
import { PeopleDrawer } from "./PeopleDrawer";
import { PublishDialog } from "./PublishDialog";
import { RunNowDialog } from "./RunNowDialog";

export function Dialogs() {
  const dialog = useView((state) => state.dialog);
  const people = useView((state) => state.people);
  return (
    <>
      {dialog === "publish" ? <PublishDialog /> : null}
      {dialog === "runNow" ? <RunNowDialog /> : null}
      {dialog === "help" ? <HelpSheet /> : null}
      {people ? <PeopleDrawer place={people} /> : null}
    </>
  );
}
