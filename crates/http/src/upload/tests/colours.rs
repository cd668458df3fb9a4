//! A picture looks as it was meant, though nothing but its pixels is kept. What is expected was worked out
//! from the definitions of the colour spaces, not by the library.

use image::{GenericImageView, GrayImage, ImageEncoder, Luma};
use moxcms::{ColorProfile, ToneReprCurve};
use png::{Encoder, ScaledFloat, SourceChromaticities};

use super::{inks, *};

pub(super) const SIDE: u32 = 32;

fn plain(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(SIDE, SIDE, Rgb(colour))
}

/// The parts of a JPEG in which a profile stands (ICC.1, B.4), each of at most so many bytes.
pub(super) fn with_icc(jpeg: &[u8], icc: &[u8], most: usize) -> Vec<u8> {
    let parts: Vec<&[u8]> = icc.chunks(most).collect();
    let mut segments = Vec::new();
    for (number, part) in (1..).zip(&parts) {
        let length = u16::try_from(part.len() + 16).unwrap().to_be_bytes();
        let of = u8::try_from(parts.len()).unwrap();
        segments.extend(
            [
                &[0xff, 0xe2],
                &length[..],
                b"ICC_PROFILE\0",
                &[number, of],
                part,
            ]
            .concat(),
        );
    }
    [&jpeg[..2], &segments, &jpeg[2..]].concat()
}

fn jpeg_of(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 100);
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

/// Colour shown of a picture: at the middle of it and of its thumbnail, which must be the same.
#[track_caller]
pub(super) fn shown(format: Format, bytes: &[u8]) -> [u8; 3] {
    let redrawn = picture::redraw(format, bytes).unwrap();
    assert!(!holds_secret(&redrawn.bytes));
    let middle = |bytes: &[u8]| {
        let picture = image::load_from_memory(bytes).unwrap();
        let (width, height) = picture.dimensions();
        picture.to_rgb8().get_pixel(width / 2, height / 2).0
    };
    let (large, small) = (middle(&redrawn.bytes), middle(&redrawn.picture.thumbnail));
    assert_near(small, large, 3);
    large
}

#[track_caller]
pub(super) fn assert_near(colour: [u8; 3], expected: [u8; 3], most: u8) {
    let near = colour
        .iter()
        .zip(expected)
        .all(|(a, b)| a.abs_diff(b) <= most);
    assert!(near, "{colour:?} is not {expected:?}");
}

fn with_gamma(mut profile: ColorProfile, gamma: f32) -> ColorProfile {
    let curve = Some(ToneReprCurve::Parametric(vec![gamma]));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
    profile.cicp = None;
    profile
}

fn profiles() -> Vec<(ColorProfile, [u8; 3], [u8; 3])> {
    vec![
        (
            with_gamma(ColorProfile::new_display_p3(), 2.2),
            [221, 60, 50],
            [242, 29, 30],
        ),
        (ColorProfile::new_display_p3(), [221, 60, 50], [241, 35, 36]),
        (
            ColorProfile::new_display_p3(),
            [100, 180, 90],
            [65, 182, 77],
        ),
        (
            ColorProfile::new_adobe_rgb(),
            [180, 110, 70],
            [202, 110, 66],
        ),
        (
            ColorProfile::new_pro_photo_rgb(),
            [150, 110, 90],
            [200, 118, 105],
        ),
        (ColorProfile::new_srgb(), [180, 110, 70], [180, 110, 70]),
    ]
}

#[test]
fn a_profile_is_worked_into_the_pixels() {
    for (profile, stored, expected) in profiles() {
        let icc = profile.encode().unwrap();
        let picture = DynamicImage::from(plain(stored));
        let jpeg = jpeg_of(&picture);
        assert_near(
            shown(Format::Jpeg, &with_icc(&jpeg, &icc, 60_000)),
            expected,
            2,
        );
        assert_near(
            shown(Format::Jpeg, &with_icc(&jpeg, &icc, 100)),
            expected,
            2,
        );

        let mut png = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
        encoder.set_icc_profile(icc.clone()).unwrap();
        picture.write_with_encoder(encoder).unwrap();
        assert_near(shown(Format::Png, &png), expected, 2);

        let mut png = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
        encoder.set_icc_profile(icc.clone()).unwrap();
        let deep = DynamicImage::from(picture.to_rgba16());
        deep.write_with_encoder(encoder).unwrap();
        assert_near(shown(Format::Png, &png), expected, 2);
        let kept = picture::redraw(Format::Png, &png).unwrap().bytes;
        assert_eq!(
            image::load_from_memory(&kept).unwrap().color(),
            image::ColorType::Rgba16
        );

        let mut webp = Vec::new();
        let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
        encoder.set_icc_profile(icc).unwrap();
        picture.write_with_encoder(encoder).unwrap();
        assert_near(shown(Format::Webp, &webp), expected, 3);
    }
}

/// A JPEG with Exif notes whose index of interoperability is `index`, as cameras write them (CIPA DC-008).
fn with_index(jpeg: &[u8], index: &[u8; 4]) -> Vec<u8> {
    // A directory has one entry here: tag, type, count, value.
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = vec![0, 1];
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(value);
        bytes.extend([0; 4]);
        bytes
    };
    let directories = [
        b"MM\0\x2a\0\0\0\x08".to_vec(),
        entry(0x8769, 4, 1, 26_u32.to_be_bytes()),
        entry(0xa005, 4, 1, 44_u32.to_be_bytes()),
        entry(0x0001, 2, 4, *index),
    ]
    .concat();
    let length = u16::try_from(directories.len() + 8).unwrap().to_be_bytes();
    [
        &jpeg[..2],
        &[0xff, 0xe1],
        &length,
        b"Exif\0\0",
        &directories,
        &jpeg[2..],
    ]
    .concat()
}

#[test]
fn a_camera_names_its_colours() {
    let jpeg = jpeg_of(&plain([180, 110, 70]).into());
    for (index, expected) in [
        (b"R03\0", [202, 110, 66]),
        (b"R98\0", [180, 110, 70]),
        (b"\xff\xff\xff\xff", [180, 110, 70]),
    ] {
        let noted = with_index(&jpeg, index);
        assert_near(shown(Format::Jpeg, &noted), expected, 2);
        // A profile says more than a name.
        let icc = ColorProfile::new_srgb().encode().unwrap();
        let both = with_icc(&noted, &icc, 60_000);
        assert_near(shown(Format::Jpeg, &both), [180, 110, 70], 2);
        for cut in 20..100 {
            let broken = [&noted[..cut], &noted[cut + 1..]].concat();
            let _ = picture::redraw(Format::Jpeg, &broken);
        }
    }
}

#[test]
fn grey_has_profiles_too() {
    let grey = DynamicImage::from(GrayImage::from_pixel(SIDE, SIDE, Luma([100])));
    for (gamma, expected) in [(1.8, 119), (1.0, 168)] {
        let icc = ColorProfile::new_gray_with_gamma(gamma).encode().unwrap();
        let jpeg = with_icc(&jpeg_of(&grey), &icc, 60_000);
        assert_near(shown(Format::Jpeg, &jpeg), [expected; 3], 2);
        let kept = picture::redraw(Format::Jpeg, &jpeg).unwrap().bytes;
        assert_eq!(
            image::load_from_memory(&kept).unwrap().color(),
            image::ColorType::L8
        );
        // A profile of colours for a picture of grey.
        let icc = with_gamma(ColorProfile::new_srgb(), gamma)
            .encode()
            .unwrap();
        let jpeg = with_icc(&jpeg_of(&grey), &icc, 60_000);
        assert_near(shown(Format::Jpeg, &jpeg), [expected; 3], 2);
    }
}

/// A PNG that says something of its colours without a profile.
fn png_that_says(
    colour: [u8; 3],
    coded: Option<[u8; 4]>,
    say: impl FnOnce(&mut png::Info<'_>),
) -> Vec<u8> {
    let mut info = png::Info::with_size(SIDE, SIDE);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    say(&mut info);
    let mut bytes = Vec::new();
    let encoder = Encoder::with_info(&mut bytes, info).unwrap();
    let mut writer = encoder.write_header().unwrap();
    if let Some(points) = coded {
        let kind = png::chunk::ChunkType(*b"cICP");
        writer.write_chunk(kind, &points).unwrap();
    }
    writer.write_image_data(&plain(colour)).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn a_png_says_its_colours_in_other_ways() {
    let p3 = SourceChromaticities::new((0.3127, 0.329), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06));
    let gamma = |value| Some(ScaledFloat::new(value));
    let says = png_that_says([221, 60, 50], None, |info| {
        (info.source_gamma, info.source_chromaticities) = (gamma(0.45455), Some(p3));
    });
    assert_near(shown(Format::Png, &says), [242, 29, 30], 2);
    let linear = png_that_says([10, 100, 200], None, |info| info.source_gamma = gamma(1.0));
    assert_near(shown(Format::Png, &linear), [56, 168, 229], 2);
    let usual = png_that_says([10, 100, 200], None, |info| {
        info.source_gamma = gamma(0.45455)
    });
    assert_near(shown(Format::Png, &usual), [10, 100, 200], 0);
    let srgb = png_that_says([10, 100, 200], None, |info| {
        info.srgb = Some(png::SrgbRenderingIntent::Perceptual);
        info.source_gamma = gamma(1.0);
    });
    assert_near(shown(Format::Png, &srgb), [10, 100, 200], 0);
    for (primaries, transfer, colour, expected) in [
        (12, 13, [221, 60, 50], [241, 35, 36]),
        (9, 13, [150, 110, 90], [171, 104, 86]),
        (9, 16, [150, 110, 90], [171, 104, 86]),
        (1, 13, [221, 60, 50], [221, 60, 50]),
        (2, 2, [221, 60, 50], [221, 60, 50]),
        (99, 99, [221, 60, 50], [221, 60, 50]),
    ] {
        let says = png_that_says(colour, Some([primaries, transfer, 0, 1]), |_| {});
        assert_near(shown(Format::Png, &says), expected, 2);
    }
}

#[test]
fn a_profile_that_is_none_changes_nothing() {
    let good = ColorProfile::new_display_p3().encode().unwrap();
    let mut cut = good.clone();
    cut.truncate(300);
    let mut black = ColorProfile::new_srgb();
    let curve = Some(ToneReprCurve::Lut(vec![0; 16]));
    (black.red_trc, black.green_trc, black.blue_trc) = (curve.clone(), curve.clone(), curve);
    black.cicp = None;
    let black = black.encode().unwrap();
    let grey = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let jpeg = jpeg_of(&plain([180, 110, 70]).into());
    for icc in [
        &b""[..],
        b"acsp",
        &cut,
        &[0xff; 4_000],
        &black,
        &grey,
        &inks::press(),
    ] {
        assert_near(
            shown(Format::Jpeg, &with_icc(&jpeg, icc, 60_000)),
            [180, 110, 70],
            2,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_broken_profile_is_no_danger(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..24)) {
        let picture = DynamicImage::from(RgbImage::from_pixel(8, 8, Rgb([180, 110, 70])));
        for mut icc in [ColorProfile::new_display_p3().encode().unwrap(), inks::press()] {
            let at = at.index(icc.len());
            let end = (at + bytes.len()).min(icc.len());
            icc[at..end].copy_from_slice(&bytes[..end - at]);
            let jpeg = with_icc(&jpeg_of(&picture), &icc, 60_000);
            prop_assert!(picture::redraw(Format::Jpeg, &jpeg).is_ok());
            let mut png = Vec::new();
            let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
            encoder.set_icc_profile(icc).unwrap();
            picture.write_with_encoder(encoder).unwrap();
            prop_assert!(picture::redraw(Format::Png, &png).is_ok());
        }
    }
}
