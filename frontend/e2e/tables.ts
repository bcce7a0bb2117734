/** Tables as people have them on their disks: a CSV in GB18030, and a spreadsheet. Node writes neither by itself. */
import { crc32 } from "node:zlib";

const LEADS = Array.from({ length: 0x7e }, (_, i) => 0x81 + i);
const TRAILS = Array.from({ length: 0xbf }, (_, i) => 0x40 + i).filter((byte) => byte !== 0x7f);

/** Every two-byte character, found by decoding: the way back is not built in. */
function characters(): Map<string, Buffer> {
  const decoder = new TextDecoder("gb18030");
  const pairs = LEADS.flatMap((lead) => TRAILS.map((trail) => Buffer.from([lead, trail])));
  return new Map(pairs.map((pair) => [decoder.decode(pair), pair]));
}

export function gb18030(text: string): Buffer {
  const known = characters();
  return Buffer.concat(
    Array.from(text, (character) =>
      character < "\u0080" ? Buffer.from(character) : (known.get(character) ?? Buffer.from("?")),
    ),
  );
}

export function csv(rows: string[][]): string {
  return rows.map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** Cells of digits are numbers, as a spreadsheet makes them. */
function sheet(rows: string[][]): string {
  const cell = (text: string) =>
    /^[1-9]\d{0,14}$/.test(text) ? `<c><v>${text}</v></c>` : `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const body = rows.map((cells) => `<row>${cells.map(cell).join("")}</row>`).join("");
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${body}</sheetData></worksheet>`;
}

const TYPES = "http://schemas.openxmlformats.org/package/2006/content-types";
const LINKS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml";

export function xlsx(rows: string[][]): Buffer {
  const link = (kind: string, target: string) =>
    `<Relationships xmlns="${LINKS}"><Relationship Id="r1" Type="${OFFICE}/${kind}" Target="${target}"/></Relationships>`;
  return zip({
    "[Content_Types].xml": `<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${MAIN}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${MAIN}.worksheet+xml"/></Types>`,
    "_rels/.rels": link("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": link("worksheet", "worksheets/sheet1.xml"),
    "xl/worksheets/sheet1.xml": sheet(rows),
  });
}

/** An archive whose members are not compressed. */
function zip(members: Record<string, string>): Buffer {
  const bodies: Buffer[] = [];
  const index: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(members)) {
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version, flags, method, time and date stay 0 but for the day
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    index.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), common, rest, Buffer.from(name));
    const body = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), data]);
    bodies.push(body);
    at += body.length;
  }
  const directory = Buffer.concat(index);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(bodies.length, 8);
  end.writeUInt16LE(bodies.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, directory, end]);
}
