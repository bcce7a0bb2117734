/** Dialogs of the editor, each mounted only while it is open. */
import { lazy, Suspense } from "react";
import { useView } from "../store/editor";

const HelpSheet = lazy(async () => ({ default: (await import("./HelpSheet")).HelpSheet }));
const PeopleDrawer = lazy(async () => ({ default: (await import("./PeopleDrawer")).PeopleDrawer }));
const PublishDialog = lazy(async () => ({ default: (await import("./PublishDialog")).PublishDialog }));
const RunNowDialog = lazy(async () => ({ default: (await import("./RunNowDialog")).RunNowDialog }));

export function Dialogs() {
  const dialog = useView((state) => state.dialog);
  const people = useView((state) => state.people);
  return (
    <Suspense fallback={null}>
      {dialog === "publish" ? <PublishDialog /> : null}
      {dialog === "runNow" ? <RunNowDialog /> : null}
      {dialog === "help" ? <HelpSheet /> : null}
      {people ? <PeopleDrawer place={people} /> : null}
    </Suspense>
  );
}
