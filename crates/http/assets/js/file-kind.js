// Name and size of a file, in words.

const LABELS = {
  "image/jpeg": "JPEG picture",
  "image/png": "PNG picture",
  "image/gif": "GIF picture",
  "image/svg+xml": "SVG drawing",
  "application/pdf": "PDF",
  "text/plain": "Text",
  "text/html": "Web page",
  "text/xml": "XML",
  "application/rtf": "Rich text",
  "application/msword": "Word",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
  "application/vnd.ms-word.document.macroEnabled.12": "Word with macros",
  "application/vnd.oasis.opendocument.text": "Text document",
  "application/vnd.ms-excel": "Excel",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
  "application/vnd.ms-excel.sheet.macroEnabled.12": "Excel with macros",
  "application/vnd.oasis.opendocument.spreadsheet": "Spreadsheet",
  "application/vnd.ms-powerpoint": "PowerPoint",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
  "application/vnd.ms-powerpoint.presentation.macroEnabled.12": "PowerPoint with macros",
  "application/vnd.oasis.opendocument.presentation": "Slides",
  "application/dicom": "DICOM",
  "application/zip": "ZIP archive",
  "video/mp4": "MP4 video",
  "video/quicktime": "QuickTime video",
  "audio/mpeg": "MP3 sound",
  "application/octet-stream": "File",
};

/** Name of a media type; "File" where there is no plain word. */
export const kindOf = (mediaType) => LABELS[mediaType] ?? LABELS["application/octet-stream"];

/** A name of this computer's as the server will show it: without what is not seen and redraws its neighbours. */
export const nameOf = (name) => name.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029\u2800\u3164]/gu, "");

export function sizeOf(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.floor(bytes / 1_000)} KB`;
  const tenths = Math.floor(bytes / 100_000);
  return bytes < 10_000_000 ? `${Math.floor(tenths / 10)}.${tenths % 10} MB` : `${Math.floor(tenths / 10)} MB`;
}
