//! Pictures that move: PNG and WebP of several frames. Each frame is unpacked and packed again, and what
//! stands between them stays behind.

use std::io::{Cursor, Error, Write};

use image::{
    AnimationDecoder, DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, RgbImage, RgbaImage,
    codecs::webp::WebPDecoder, imageops::crop_imm, metadata::LoopCount,
};
use moxcms::ColorProfile;
use png::{BitDepth, BlendOp, ColorType, DisposeOp, Encoder, EncodingError, FrameControl};

use super::{
    colour,
    picture::{Broken, MOST_PIXELS, png_reader, unreadable},
    png_colour,
};

/// Most bytes that a moving picture is packed into.
const MOST_PACKED: usize = 64 * 1024 * 1024;

/// Most frames of a moving picture.
pub(super) const MOST_FRAMES: u32 = 2_000;

/// Most pixels of all its frames.
pub(super) const MOST_FILM: u64 = MOST_PIXELS * 10;

/// Whether a PNG or WebP has several frames.
pub(super) fn is_moving(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"RIFF") {
        return frames_of_webp(bytes) > 1;
    }
    let control = png_reader(bytes).ok();
    let control = control.and_then(|reader| reader.info().animation_control().copied());
    control.is_some_and(|control| control.num_frames > 1)
}

/// A moving PNG with its frames, their places, times and ways of being drawn.
pub(super) fn redraw_png(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut reader = png_reader(bytes)?;
    let info = reader.info();
    let control = *info.animation_control().ok_or(Broken::Unreadable)?;
    // One for those that do not play films.
    let has_still = info.frame_control.is_none();
    let size = (info.width, info.height);
    let profile = png_colour::profile(info);
    let form = reader.output_color_type();
    within_limits(control.num_frames, 0)?;
    let mut packed = Vec::new();
    let film = (control.num_frames, control.num_plays);
    let mut film = Film::begin(&mut packed, size, form, film, has_still)?;
    let mut pixels = 0;
    for number in 0..control.num_frames + u32::from(has_still) {
        let most = reader.output_buffer_size().ok_or(Broken::TooMuchMemory)?;
        let mut frame = vec![0; most];
        let shown = reader.next_frame(&mut frame).map_err(unreadable)?;
        frame.truncate(shown.buffer_size());
        pixels += u64::from(shown.width) * u64::from(shown.height);
        within_limits(number, pixels)?;
        if let Some(profile) = &profile {
            frame = in_srgb(frame, (shown.width, shown.height), form, profile);
        }
        let is_still = has_still && number == 0;
        let place = reader.info().frame_control.filter(|_| !is_still);
        film.frame(place, &frame)?;
    }
    film.end()?;
    Ok(packed)
}

/// A moving WebP as a moving PNG, which every browser plays too.
pub(super) fn redraw_webp(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let frames = frames_of_webp(bytes);
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    within_limits(
        frames,
        u64::from(width) * u64::from(height) * u64::from(frames),
    )?;
    let icc = decoder.icc_profile().ok().flatten();
    let profile = icc.and_then(|icc| colour::profile(&icc));
    let plays = match decoder.loop_count() {
        LoopCount::Infinite => 0,
        LoopCount::Finite(plays) => plays.get(),
    };
    let form = (ColorType::Rgba, BitDepth::Eight);
    let mut packed = Vec::new();
    let mut film = Film::begin(&mut packed, (width, height), form, (frames, plays), false)?;
    let mut before: Option<RgbaImage> = None;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(unreadable)?;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let mut picture = DynamicImage::ImageRgba8(frame.into_buffer());
        if let Some(profile) = &profile {
            picture = colour::to_srgb(picture, profile);
        }
        let picture = picture.into_rgba8();
        let whole = (0, 0, width, height);
        let (x_offset, y_offset, width, height) = before
            .as_ref()
            .map_or(whole, |before| changed(before, &picture));
        let part = crop_imm(&picture, x_offset, y_offset, width, height).to_image();
        let place = FrameControl {
            width,
            height,
            x_offset,
            y_offset,
            delay_num: u16::try_from(numerator / denominator.max(1)).unwrap_or(u16::MAX),
            delay_den: 1_000,
            dispose_op: DisposeOp::None,
            blend_op: BlendOp::Source,
            sequence_number: 0,
        };
        film.frame(Some(place), &part)?;
        before = Some(picture);
    }
    film.end()?;
    Ok(packed)
}

fn within_limits(frames: u32, pixels: u64) -> Result<(), Broken> {
    if frames > MOST_FRAMES || pixels > MOST_FILM {
        Err(Broken::TooManyPixels)
    } else {
        Ok(())
    }
}

/// How many frames stand in the chunks of a WebP
/// (<https://developers.google.com/speed/webp/docs/riff_container>).
fn frames_of_webp(bytes: &[u8]) -> u32 {
    let (mut at, mut frames) = (12, 0);
    while let Some(head) = bytes.get(at..at + 8) {
        frames += u32::from(head.starts_with(b"ANMF"));
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        at += 8 + length.next_multiple_of(2);
    }
    frames
}

/// The smallest part of a picture in which it differs from the one before: x, y, width and height. Where
/// nothing does, it is one pixel, as a frame shows at least that.
fn changed(before: &RgbaImage, now: &RgbaImage) -> (u32, u32, u32, u32) {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (y, (old, new)) in before.rows().zip(now.rows()).enumerate() {
        let y = u32::try_from(y).unwrap_or(u32::MAX);
        for (x, _) in (0..).zip(old.zip(new)).filter(|(_, (old, new))| old != new) {
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), y);
        }
    }
    if left == u32::MAX {
        (0, 0, 1, 1)
    } else {
        (left, top, right - left + 1, bottom - top + 1)
    }
}

/// A frame as it came, in sRGB. One of 16 bits, or of grey with a profile of colours, stays as it is.
fn in_srgb(
    frame: Vec<u8>,
    (width, height): (u32, u32),
    (colours, depth): (ColorType, BitDepth),
    profile: &ColorProfile,
) -> Vec<u8> {
    let as_it_came = frame.clone();
    let picture = match (colours, depth) {
        (ColorType::Rgb, BitDepth::Eight) => {
            RgbImage::from_raw(width, height, frame).map(DynamicImage::from)
        }
        (ColorType::Rgba, BitDepth::Eight) => {
            RgbaImage::from_raw(width, height, frame).map(DynamicImage::from)
        }
        (ColorType::Grayscale, BitDepth::Eight) => {
            GrayImage::from_raw(width, height, frame).map(DynamicImage::from)
        }
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => {
            GrayAlphaImage::from_raw(width, height, frame).map(DynamicImage::from)
        }
        _ => None,
    };
    let shown = picture.map(|picture| colour::to_srgb(picture, profile).into_bytes());
    shown
        .filter(|shown| shown.len() == as_it_came.len())
        .unwrap_or(as_it_came)
}

/// A moving PNG being written.
struct Film<'a>(png::Writer<Bounded<'a>>);

impl<'a> Film<'a> {
    fn begin(
        packed: &'a mut Vec<u8>,
        (width, height): (u32, u32),
        (colours, depth): (ColorType, BitDepth),
        (frames, plays): (u32, u32),
        has_still: bool,
    ) -> Result<Self, Broken> {
        let mut encoder = Encoder::new(Bounded(packed), width, height);
        encoder.set_color(colours);
        encoder.set_depth(depth);
        encoder.set_animated(frames, plays).map_err(unreadable)?;
        encoder.set_sep_def_img(has_still).map_err(unreadable)?;
        encoder.write_header().map(Self).map_err(unreadable)
    }

    /// A frame, or the still picture that goes before them and has no place of its own.
    fn frame(&mut self, place: Option<FrameControl>, pixels: &[u8]) -> Result<(), Broken> {
        let writer = &mut self.0;
        if let Some(place) = place {
            writer.reset_frame_position().map_err(unreadable)?;
            writer
                .set_frame_dimension(place.width, place.height)
                .map_err(unreadable)?;
            writer
                .set_frame_position(place.x_offset, place.y_offset)
                .map_err(unreadable)?;
            writer
                .set_frame_delay(place.delay_num, place.delay_den)
                .map_err(unreadable)?;
            writer
                .set_dispose_op(place.dispose_op)
                .map_err(unreadable)?;
            writer.set_blend_op(place.blend_op).map_err(unreadable)?;
        }
        writer
            .write_image_data(pixels)
            .map_err(|error| match error {
                EncodingError::IoError(_) => Broken::TooMuchMemory,
                _ => Broken::Unreadable,
            })
    }

    fn end(self) -> Result<(), Broken> {
        self.0.finish().map_err(unreadable)
    }
}

/// Memory with an end.
struct Bounded<'a>(&'a mut Vec<u8>);

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_PACKED {
            return Err(Error::other("a moving picture of too many bytes"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
