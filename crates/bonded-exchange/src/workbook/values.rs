//! Texts, decimals and dates of cells. No arithmetic is done on floating-point numbers anywhere.

/// White space to the eye of a Chinese typist: also full-width, no-break and zero-width.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
    })
}

/// Full-width ASCII (Ａ１％（）) to ASCII, trimmed.
pub(crate) fn narrow(text: &str) -> String {
    trim(text)
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .collect()
}

/// What names are compared by: without white space, width, case, a trailing colon or a required mark.
pub(crate) fn key(text: &str) -> String {
    let flat: String = narrow(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let flat = flat.trim_matches(['*', ':']);
    flat.strip_suffix("(%)").unwrap_or(flat).to_owned()
}

/// An exact decimal: its plain text and how many digits it has on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) text: String,
    pub(crate) negative: bool,
    pub(crate) integer_digits: usize,
    pub(crate) decimals: usize,
}

impl Decimal {
    pub(crate) fn is_zero(&self) -> bool {
        self.text == "0"
    }
}

/// A plain or scientific decimal (some exporters write `1E-7`), exactly; else `None`.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = narrow(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    // Wide enough for every double; keeps what a short text can blow up to small.
    if mantissa.len() > 400 || !(-400..=400).contains(&exponent) {
        return None;
    }
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if whole.is_empty() || !(whole.chars().chain(fraction.chars())).all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut digits = format!("{whole}{fraction}");
    let mut point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    if point < 0 {
        digits.insert_str(0, &"0".repeat(usize::try_from(-point).ok()?));
        point = 0;
    }
    let point = usize::try_from(point).ok()?;
    if digits.len() < point {
        digits.push_str(&"0".repeat(point - digits.len()));
    }
    let (whole, fraction) = digits.split_at_checked(point)?;
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let zero = whole.is_empty() && fraction.is_empty();
    let mut plain = String::new();
    if negative && !zero {
        plain.push('-');
    }
    plain.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(Decimal {
        text: plain,
        negative: negative && !zero,
        integer_digits: whole.len(),
        decimals: fraction.len(),
    })
}

/// The shortest decimal that reads back as the same double.
pub(crate) fn shortest(number: f64) -> Option<Decimal> {
    decimal(&format!("{number}"))
}

/// The number at 15 significant digits: what a spreadsheet shows at most.
pub(crate) fn at_15_digits(number: f64) -> Option<Decimal> {
    decimal(&format!("{number:.14e}"))
}

/// A date as `YYYY-MM-DD`, from `yyyyMMdd`, `yyyy-MM-dd`, `yyyy/M/d`, `yyyy.M.d` or `yyyy年M月d日`;
/// a time of day behind it is dropped.
pub(crate) fn date(text: &str) -> Option<String> {
    let text = narrow(text);
    let text = text.split([' ', 'T', 't']).next()?;
    let text = text.strip_suffix('日').unwrap_or(text);
    let parts: Vec<&str> = match text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        true => vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?],
        false => text.split(['-', '/', '.', '年', '月']).collect(),
    };
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let digits = |s: &str, n: usize| s.len() <= n && s.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A day of the calendar as `YYYY-MM-DD`.
pub(crate) fn ymd(year: u16, month: u8, day: u8) -> Option<String> {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    let fits = (1900..=2999).contains(&year) && (1..=days).contains(&day);
    fits.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// `A1` notation of a zero-based place.
pub(crate) fn a1(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), u64::from(row) + 1)
}

/// The letters of a zero-based column.
pub(crate) fn letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = ((rest - 1) % 26) as u8;
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The name that is nearest to an unknown one, if at least half of it agrees.
pub(crate) fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = key(text).chars().take(64).collect();
    let near = names.filter_map(|name| {
        let chars: Vec<char> = key(name).chars().collect();
        let distance = crate::codes::distance(&wanted, &chars);
        (distance * 2 <= wanted.len().max(chars.len())).then_some((distance, name))
    });
    near.min().map(|(_, name)| name)
}

/// A value for a message: short, quoted.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("\"{}…\"", text.get(..end).unwrap_or_default()),
        None => format!("\"{text}\""),
    }
}

/// Whether a unified social credit code (统一社会信用代码) has 18 characters of the alphabet and the
/// right check character (GB 32100-2015: weights 3^i mod 31, modulo 31).
pub fn uscc_is_valid(code: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = code.chars().map(|c| ALPHABET.find(c)).collect();
    let Some(values) = values else { return false };
    let Some((check, body)) = values.split_last() else {
        return false;
    };
    let mut weight = 1;
    let mut sum = 0;
    for value in body {
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    body.len() == 17 && *check == (31 - sum) % 31
}
