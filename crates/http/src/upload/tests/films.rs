//! Pictures that move go on moving.

use image::{AnimationDecoder, codecs::png::PngDecoder};
use png::{BlendOp, DisposeOp, Encoder};

use super::*;

/// A moving PNG of four frames, the later ones smaller and elsewhere, with a still one in front or not.
fn film(has_still: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 8, 6);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(4, 3).unwrap();
    encoder.set_sep_def_img(has_still).unwrap();
    encoder
        .add_text_chunk("Comment".to_owned(), SECRET.to_owned())
        .unwrap();
    let mut writer = encoder.write_header().unwrap();
    if has_still {
        writer.write_image_data(&[200; 8 * 6 * 3]).unwrap();
    }
    for number in 0..4_u8 {
        if number > 0 {
            writer.set_frame_dimension(3, 2).unwrap();
            writer.set_frame_position(u32::from(number), 2).unwrap();
        }
        writer.set_frame_delay(u16::from(number) + 1, 10).unwrap();
        writer.set_dispose_op(DisposeOp::None).unwrap();
        writer.set_blend_op(BlendOp::Source).unwrap();
        let pixels = if number == 0 { 8 * 6 } else { 3 * 2 };
        writer
            .write_image_data(&vec![number * 40; pixels * 3])
            .unwrap();
    }
    writer.finish().unwrap();
    bytes
}

fn frames(png: &[u8]) -> Vec<(RgbaImage, (u32, u32))> {
    let decoder = PngDecoder::new(std::io::Cursor::new(png)).unwrap();
    let frames = decoder
        .apng()
        .unwrap()
        .into_frames()
        .collect_frames()
        .unwrap();
    let whole = |frame: image::Frame| (frame.buffer().clone(), frame.delay().numer_denom_ms());
    frames.into_iter().map(whole).collect()
}

#[test]
fn a_moving_png_keeps_its_frames_and_times() {
    for has_still in [false, true] {
        let film = film(has_still);
        assert!(holds_secret(&film));
        assert_eq!(redrawn(Format::Png, &film), ("image/png", 8, 6));
        let kept = picture::redraw(Format::Png, &film).unwrap().bytes;
        assert_eq!(frames(&kept), frames(&film));
        assert_eq!(frames(&kept).len(), 4);
        let reader = png::Decoder::new(std::io::Cursor::new(&kept))
            .read_info()
            .unwrap();
        assert_eq!(reader.info().animation_control().unwrap().num_plays, 3);
    }
}

/// A moving WebP: frames of their own, each a still WebP without its head.
fn moving_webp(pictures: &[RgbaImage]) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [&name[..], &length, content, &padding].concat()
    };
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let (width, height) = pictures[0].dimensions();
    let sides = [three(width - 1), three(height - 1)].concat();
    let mut chunks = chunk(b"VP8X", &[&[0x12, 0, 0, 0][..], &sides].concat());
    chunks.extend(chunk(b"ANIM", &[0, 0, 0, 0, 2, 0]));
    for picture in pictures {
        let still = encoded(&DynamicImage::from(picture.clone()), ImageFormat::WebP);
        let pixels = still
            .windows(4)
            .position(|window| window == b"VP8L")
            .unwrap();
        let frame = [&[0; 6][..], &sides, &three(120), &[2], &still[pixels..]].concat();
        chunks.extend(chunk(b"ANMF", &frame));
    }
    chunks.extend(chunk(b"EXIF", SECRET.as_bytes()));
    let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [b"RIFF", &length[..], b"WEBP", &chunks].concat()
}

#[test]
fn a_moving_webp_becomes_a_png_that_moves_the_same() {
    let mut pictures = vec![glass(20, 10).into_rgba8(); 4];
    for (number, picture) in (1..).zip(&mut pictures) {
        picture.put_pixel(number * 3, 4, Rgba([255, 0, 0, 255]));
    }
    pictures.push(pictures[3].clone());
    let film = moving_webp(&pictures);
    assert!(holds_secret(&film));
    assert_eq!(redrawn(Format::Webp, &film), ("image/png", 20, 10));
    let kept = picture::redraw(Format::Webp, &film).unwrap();
    assert_eq!(kept.ending, Some("png"));
    let shown = frames(&kept.bytes);
    assert_eq!(shown.len(), 5);
    for ((shown, delay), sent) in shown.iter().zip(&pictures) {
        assert_eq!((shown, delay), (sent, &(120, 1)));
    }
    let still = moving_webp(&pictures[..1]);
    assert_eq!(redrawn(Format::Webp, &still), ("image/png", 20, 10));
}

#[test]
fn a_film_has_an_end() {
    let mut film = film(false);
    let control = film
        .windows(4)
        .position(|window| window == b"acTL")
        .unwrap();
    film[control + 4..control + 8].copy_from_slice(&9_000_u32.to_be_bytes());
    let sum = check_sum(&film[control..control + 12]).to_be_bytes();
    film[control + 12..control + 16].copy_from_slice(&sum);
    assert!(picture::redraw(Format::Png, &film).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_broken_film_is_no_danger(at in any::<prop::sample::Index>(), byte in any::<u8>(), is_webp in any::<bool>()) {
        let (format, mut film) = if is_webp {
            (Format::Webp, moving_webp(&vec![glass(6, 5).into_rgba8(); 3]))
        } else {
            (Format::Png, film(true))
        };
        let at = at.index(film.len());
        film[at] = byte;
        if let Ok(kept) = picture::redraw(format, &film) {
            prop_assert!(!holds_secret(&kept.bytes));
        }
    }
}
