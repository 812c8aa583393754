//! Enterprises. None of them exists.

use bonded_ledger::Party;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The `number`th enterprise registered in Pudong (区划 310115).
pub(crate) fn party(number: u32, name: &str) -> Party {
    let code = format!("91310115{}", organisation(number));
    Party {
        uscc: with_check(&code).parse().expect("a credit code"),
        customs_code: format!("31222{number:05}").parse().expect("a customs code"),
        name: name.into(),
    }
}

/// 组织机构代码 with its check character (GB 11714): weights modulo 11.
fn organisation(number: u32) -> String {
    let body = format!("{number:08}");
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.bytes().map(|it| u32::from(it - b'0'));
    let sum: u32 = digits.zip(weights).map(|(digit, it)| digit * it).sum();
    match 11 - sum % 11 {
        10 => body + "X",
        11 => body + "0",
        check => format!("{body}{check}"),
    }
}

/// 统一社会信用代码 with its check character (GB 32100-2015): weights 3^i modulo 31.
fn with_check(body: &str) -> String {
    let value = |it| {
        ALPHABET
            .iter()
            .position(|&letter| letter == it)
            .expect("a letter of the code")
    };
    let terms = body.bytes().map(value);
    let (sum, _) = terms.fold((0, 1), |(sum, weight), it| {
        (sum + weight * it, weight * 3 % 31)
    });
    let check = ALPHABET[(31 - sum % 31) % 31];
    format!("{body}{}", char::from(check))
}
