use gif::{ColorOutput, DecodeOptions, Encoder, MemoryLimit};

use super::picture::{Broken, MOST_PIXELS};

/// Most frames of a moving picture.
const MOST_FRAMES: usize = 2_000;

/// Most bytes one frame unpacks to: one a pixel.
const LARGEST_FRAME: std::num::NonZeroU64 = match std::num::NonZeroU64::new(MOST_PIXELS) {
    Some(most) => most,
    None => std::num::NonZeroU64::MIN,
};

/// Unpacks every frame and packs it again, with its colours, place and time; comments and whatever
/// programs wrote between the frames stay behind.
pub(super) fn redraw(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let unreadable = |_| Broken::Unreadable;
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(LARGEST_FRAME));
    let mut decoder = options.read_info(bytes).map_err(|_| Broken::Unreadable)?;
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let (width, height) = (decoder.width(), decoder.height());
    let mut packed = Vec::with_capacity(bytes.len());
    let mut encoder =
        Encoder::new(&mut packed, width, height, &palette).map_err(|_| Broken::Unreadable)?;
    let (mut frames, mut pixels) = (0, 0);
    while let Some(frame) = decoder.read_next_frame().map_err(|_| Broken::Unreadable)? {
        frames += 1;
        pixels += u64::from(frame.width) * u64::from(frame.height);
        if frames > MOST_FRAMES || pixels > MOST_PIXELS * 10 {
            return Err(Broken::TooManyPixels);
        }
        let mut frame = frame.clone();
        // Its lines are in order now.
        frame.interlaced = false;
        if frames == 1 {
            encoder.set_repeat(decoder.repeat()).map_err(unreadable)?;
        }
        encoder.write_frame(&frame).map_err(unreadable)?;
    }
    drop(encoder);
    if frames == 0 {
        return Err(Broken::Unreadable);
    }
    Ok(packed)
}
