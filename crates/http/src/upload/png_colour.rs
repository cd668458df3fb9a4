//! The colours that a PNG names, in the order in which its specification has a reader believe it
//! (<https://www.w3.org/TR/png-3/#color-chunk-precendence>).

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients,
    ToneReprCurve, TransferCharacteristics, XyY,
};
use png::{Info, ScaledFloat, SourceChromaticities};

use super::colour;

/// How far a gamma may be from 2.2 and mean sRGB all the same where nothing else is said, as in libpng.
const CLOSE: f32 = 0.05;

/// The profile of a PNG that is not sRGB anyway.
pub(super) fn profile(info: &Info<'_>) -> Option<ColorProfile> {
    if let Some(points) = &info.coding_independent_code_points {
        return coded(points.color_primaries, points.transfer_function);
    }
    if let Some(icc) = &info.icc_profile {
        return colour::profile(icc);
    }
    if info.srgb.is_some() {
        return None;
    }
    measured(info.gama_chunk?, info.chrm_chunk)
}

/// A profile of ITU-T H.273.
fn coded(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let transfer = match TransferCharacteristics::try_from(transfer).ok()? {
        // Brighter than any white of ours. What was meant to be paper white would become a dark grey, so
        // only the hues are taken over.
        TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg => {
            TransferCharacteristics::Srgb
        }
        other => other,
    };
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: transfer,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile.red_trc.is_some().then_some(profile)
}

/// A profile of measured colours and a gamma. Colours without a gamma say nothing.
fn measured(gamma: ScaledFloat, colours: Option<SourceChromaticities>) -> Option<ColorProfile> {
    let exponent = 1.0 / gamma.into_value();
    if !(0.2..=5.0).contains(&exponent) {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    match colours {
        Some(colours) => {
            let point = |(x, y): (ScaledFloat, ScaledFloat)| {
                let (x, y) = (f64::from(x.into_value()), f64::from(y.into_value()));
                (y > 0.0 && x + y <= 1.0).then_some((x, y))
            };
            let (white_x, white_y) = point(colours.white)?;
            let chromaticity =
                |point: (f64, f64)| moxcms::Chromaticity::new(point.0 as f32, point.1 as f32);
            let primaries = ColorPrimaries {
                red: chromaticity(point(colours.red)?),
                green: chromaticity(point(colours.green)?),
                blue: chromaticity(point(colours.blue)?),
            };
            profile.update_rgb_colorimetry(XyY::new(white_x, white_y, 1.0), primaries);
        }
        None if (exponent / 2.2 - 1.0).abs() <= CLOSE => return None,
        None => {}
    }
    let curve = ToneReprCurve::Parametric(vec![exponent]);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile.cicp = None;
    Some(profile)
}
