/** Dialogs of the editor, each mounted only while it is open. */
import { useView } from "../store/editor";
import { part } from "./part";

const HelpSheet = part(() => import("./HelpSheet").then((found) => found.HelpSheet), true);
const PeopleDrawer = part(() => import("./PeopleDrawer").then((found) => found.PeopleDrawer), true);
const PublishDialog = part(() => import("./PublishDialog").then((found) => found.PublishDialog), true);
const ResumeDialog = part(() => import("./ResumeDialog").then((found) => found.ResumeDialog), true);
const RunNowDialog = part(() => import("./RunNowDialog").then((found) => found.RunNowDialog), true);

export function Dialogs() {
  const dialog = useView((state) => state.dialog);
  const people = useView((state) => state.people);
  return (
    <>
      {dialog === "publish" ? <PublishDialog /> : null}
      {dialog === "resume" ? <ResumeDialog /> : null}
      {dialog === "runNow" ? <RunNowDialog /> : null}
      {dialog === "help" ? <HelpSheet /> : null}
      {people ? <PeopleDrawer place={people} /> : null}
    </>
  );
}
