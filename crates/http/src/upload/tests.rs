//! Tests that of whatever is sent as a picture nothing but pixels is ever shown.

mod colours;
mod films;
mod inks;

use std::sync::Arc;

use bytes::Bytes;
use domain::FileName;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ports::{AttachmentScanner, Scan};
use proptest::prelude::*;

use super::{
    Kind, Uploads,
    archive::tests::archive,
    picture::{self, Broken, Format},
};

/// Note as a camera writes it beside a picture; nobody must find it again.
const SECRET: &str = "GPS 51.4545 N 2.5879 W";

fn photo(width: u32, height: u32) -> DynamicImage {
    let colour = |x: u32, y: u32| Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 77]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
}

fn glass(width: u32, height: u32) -> DynamicImage {
    let colour = |x: u32, _| Rgba([9, 9, 9, x.to_le_bytes()[0]]);
    DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, colour))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An EXIF block: how the camera was held, and a comment.
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    block.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
    block.extend(SECRET.as_bytes());
    block
}

/// A JPEG with EXIF, an ICC profile and a comment.
fn jpeg(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Jpeg);
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    };
    let exif = [&b"Exif\0\0"[..], &exif(orientation)].concat();
    let profile = [b"ICC_PROFILE\0\x01\x01", SECRET.as_bytes()].concat();
    [
        &plain[..2],
        &segment(0xe1, &exif),
        &segment(0xe2, &profile),
        &segment(0xfe, SECRET.as_bytes()),
        &plain[2..],
        SECRET.as_bytes(),
    ]
    .concat()
}

/// Checksum (CRC-32) at the end of each chunk of a PNG.
fn check_sum(bytes: &[u8]) -> u32 {
    let mut sum = 0xffff_ffff_u32;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

/// A PNG with a comment and an EXIF block.
fn png(picture: &DynamicImage) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Png);
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let sum = check_sum(&[name, content].concat());
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &sum.to_be_bytes()].concat()
    };
    let comment = [b"Comment\0", SECRET.as_bytes()].concat();
    [
        &plain[..33],
        &chunk(b"tEXt", &comment),
        &chunk(b"eXIf", &exif(1)),
        &plain[33..],
    ]
    .concat()
}

/// A moving GIF with a comment.
fn moving(frames: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
    let mut encoder = gif::Encoder::new(&mut bytes, 6, 4, &palette).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    for number in 0..frames {
        let pixels = vec![u8::try_from(number % 4).unwrap(); 24];
        let mut frame = gif::Frame::from_indexed_pixels(6, 4, pixels, None);
        frame.delay = 7 + number;
        encoder.write_frame(&frame).unwrap();
    }
    encoder
        .write_raw_extension(gif::AnyExtension(0xfe), &[SECRET.as_bytes()])
        .unwrap();
    drop(encoder);
    bytes
}

fn holds_secret(bytes: &[u8]) -> bool {
    let marks = ["GPS 51", "Exif", "ICC_PROFILE", "eXIf", "tEXt", "iCCP"];
    marks.iter().any(|mark| {
        bytes
            .windows(mark.len())
            .any(|window| window == mark.as_bytes())
    })
}

/// Result of redrawing a picture: its type and size; fails where anything else of it is kept.
#[track_caller]
fn redrawn(format: Format, bytes: &[u8]) -> (&'static str, u32, u32) {
    assert_eq!(Kind::of(bytes), Kind::Picture(format));
    let redrawn = picture::redraw(format, bytes).unwrap();
    assert!(!holds_secret(&redrawn.bytes));
    assert!(!holds_secret(&redrawn.picture.thumbnail));
    let thumbnail = image::load_from_memory(&redrawn.picture.thumbnail).unwrap();
    assert!(thumbnail.width().max(thumbnail.height()) <= 480);
    let size = redrawn.picture.size;
    let again = image::load_from_memory(&redrawn.bytes).unwrap();
    assert_eq!((again.width(), again.height()), (size.width, size.height));
    (redrawn.media_type, size.width, size.height)
}

#[test]
fn a_picture_is_turned_as_the_camera_was_held() {
    assert_eq!(
        redrawn(Format::Jpeg, &jpeg(&photo(60, 40), 6)),
        ("image/jpeg", 40, 60)
    );
    assert_eq!(
        redrawn(Format::Jpeg, &jpeg(&photo(60, 40), 3)),
        ("image/jpeg", 60, 40)
    );
}

#[test]
fn a_webp_becomes_what_every_browser_shows() {
    let webp = |picture| encoded(&picture, ImageFormat::WebP);
    assert_eq!(
        redrawn(Format::Webp, &webp(photo(9, 8))),
        ("image/jpeg", 9, 8)
    );
    assert_eq!(
        redrawn(Format::Webp, &webp(glass(9, 8))),
        ("image/png", 9, 8)
    );
}

#[test]
fn a_moving_gif_keeps_its_frames_and_times() {
    let moving = moving(5);
    assert!(holds_secret(&moving));
    assert_eq!(redrawn(Format::Gif, &moving), ("image/gif", 6, 4));
    let kept = picture::redraw(Format::Gif, &moving).unwrap().bytes;
    let mut decoder = gif::DecodeOptions::new().read_info(&kept[..]).unwrap();
    let mut delays = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        delays.push(frame.delay);
    }
    assert_eq!(delays, [7, 8, 9, 10, 11]);
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_never_unpacked() {
    let mut bomb = encoded(&photo(4, 4), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0, 0, 0, 0x75, 0]);
    // The check sum of the head is wrong now; it is too large all the same, or unreadable.
    assert!(picture::redraw(Format::Png, &bomb).is_err());
    let wide = encoded(&DynamicImage::new_luma8(30_001, 1), ImageFormat::Png);
    assert_eq!(
        picture::redraw(Format::Png, &wide).err(),
        Some(Broken::TooManyPixels)
    );
}

#[test]
fn memory_is_counted_before_a_picture_is_unpacked() {
    // 7,000 pixels each way, which are as many as are taken.
    let head = |depth: u8, colour: u8| {
        let mut png = encoded(&photo(1, 1), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x1b, 0x58, 0, 0, 0x1b, 0x58]);
        (png[24], png[25]) = (depth, colour);
        let sum = check_sum(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&sum);
        picture::measure(Format::Png, &png).err()
    };
    for (depth, colour) in [(8, 2), (8, 6), (16, 0)] {
        assert_eq!(head(depth, colour), None, "{depth} bits of colour {colour}");
    }
    for colour in [2, 6] {
        assert_eq!(head(16, colour), Some(Broken::TooMuchMemory));
    }
    let jpeg = |progressive: bool, components: u8| {
        let mut jpeg = encoded(&photo(8, 8), ImageFormat::Jpeg);
        let frame = jpeg
            .windows(2)
            .position(|window| window == [0xff, 0xc0])
            .unwrap();
        jpeg[frame + 1] = if progressive { 0xc2 } else { 0xc0 };
        jpeg[frame + 5..frame + 10].copy_from_slice(&[0x1b, 0x58, 0x1b, 0x58, components]);
        picture::measure(Format::Jpeg, &jpeg).err()
    };
    assert_eq!(jpeg(false, 3), None);
    assert_eq!(jpeg(true, 3), Some(Broken::TooMuchMemory));
    assert_eq!(jpeg(false, 4), Some(Broken::TooMuchMemory));
}

#[test]
fn a_damaged_picture_is_said_to_be_so() {
    for bytes in [
        &b"\x89PNG\r\n\x1a\nrubbish"[..],
        b"\xff\xd8\xff\xe0rubbish",
        b"GIF89a\x01\0",
    ] {
        let Kind::Picture(format) = Kind::of(bytes) else {
            panic!("taken for {:?}", Kind::of(bytes));
        };
        assert_eq!(
            picture::redraw(format, bytes).err(),
            Some(Broken::Unreadable)
        );
    }
}

#[test]
fn content_decides_what_a_file_is() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1";
    assert_eq!(Kind::of(heic), Kind::Heif);
    assert!(matches!(
        Kind::of(b"II*\0\x08\0\0\0\0\0"),
        Kind::OtherPicture(_)
    ));
    let word = archive(&["[Content_Types].xml", "word/document.xml"]);
    let expected = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(Kind::of(&word), Kind::Other(expected));
    assert_eq!(Kind::of(b"BMI 31"), Kind::Other("text/plain"));
    assert_eq!(Kind::of(b"%PDF-1.7\n"), Kind::Other("application/pdf"));
    let page = b"<!doctype html><script>alert(1)</script>";
    assert_eq!(Kind::of(page), Kind::Other("text/html"));
    let dicom = [&[0; 128][..], b"DICM"].concat();
    assert_eq!(Kind::of(&dicom), Kind::Other("application/dicom"));
}

/// Refuses what holds a word, and is down for what holds another.
struct Scanner;

#[async_trait::async_trait]
impl AttachmentScanner for Scanner {
    async fn scan(&self, _: &FileName, kind: &str, bytes: &Bytes) -> ports::Result<Scan> {
        assert!(kind == "text/plain" || kind == "image/jpeg");
        let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
        if holds(b"down") {
            return Err(ports::Error::unavailable("the scanner does not answer"));
        }
        if holds(b"eicar") || holds(b"Exif") {
            let reason = "holds Eicar-Test".to_owned();
            return Ok(Scan::Refused { reason });
        }
        Ok(Scan::Clean)
    }
}

#[tokio::test]
async fn what_the_scanner_does_not_let_through_is_not_stored() {
    let mut uploads = Uploads::default();
    uploads.scanned_by(Arc::new(Scanner));
    let prepare = async |bytes: Vec<u8>| {
        let name = FileName::parse("a.txt").unwrap();
        let prepared = uploads.prepare(name, bytes.into()).await;
        prepared.map_err(|failure| (failure.status.as_u16(), failure.detail.to_string()))
    };
    assert!(prepare(b"words".to_vec()).await.is_ok());
    let refused = Err((422, "The file holds Eicar-Test.".to_owned()));
    assert_eq!(prepare(b"an eicar".to_vec()).await, refused);
    // It sees a picture as it came, not as it would be kept.
    assert_eq!(prepare(jpeg(&photo(8, 8), 1)).await, refused);
    assert_eq!(prepare(b"is down".to_vec()).await.unwrap_err().0, 503);
}

/// Beginnings of the kinds of file that are told apart.
fn starts() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x04\0\0\0\x04\x08\x02\0\0\0".to_vec()),
        Just(b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec()),
        Just(b"GIF89a\x04\0\x04\0\x80\0\0".to_vec()),
        Just(b"RIFF\x40\0\0\0WEBPVP8L".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
        Just(archive(&["[Content_Types].xml", "word/document.xml"])),
        Just(b"<svg".to_vec()),
        Just(jpeg(&photo(8, 8), 1)),
        Just(png(&photo(8, 8))),
        Just(moving(2)),
        Just(Vec::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_but_pixels_of_a_picture_is_kept(
        width in 1..130_u32,
        height in 1..600_u32,
        orientation in 0..=9_u8,
    ) {
        let sent = jpeg(&photo(width, height), orientation);
        prop_assert!(holds_secret(&sent));
        let (kind, ..) = redrawn(Format::Jpeg, &sent);
        prop_assert_eq!(kind, "image/jpeg");
        let sent = png(&glass(width % 60 + 1, height % 60 + 1));
        prop_assert!(holds_secret(&sent));
        prop_assert_eq!(redrawn(Format::Png, &sent).0, "image/png");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_is_sent_is_shown_only_as_pixels(
        start in starts(),
        cut in any::<prop::sample::Index>(),
        rest in prop::collection::vec(any::<u8>(), 0..400),
        flip in any::<prop::sample::Index>(),
    ) {
        let mut bytes = start;
        bytes.truncate(cut.index(bytes.len() + 1));
        bytes.extend(rest);
        if !bytes.is_empty() {
            let at = flip.index(bytes.len());
            bytes[at] ^= 0x20;
        }
        if let Kind::Picture(format) = Kind::of(&bytes)
            && let Ok(redrawn) = picture::redraw(format, &bytes)
        {
            prop_assert!(image::load_from_memory(&redrawn.bytes).is_ok());
            prop_assert!(!holds_secret(&redrawn.bytes));
            prop_assert!(["image/jpeg", "image/png", "image/gif"].contains(&redrawn.media_type));
        }
    }
}
