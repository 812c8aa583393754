use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::support::{handbook, read};
use crate::workbook::{ImportOptions, Limits, WorkbookError};

fn error(bytes: &[u8]) -> WorkbookError {
    read(bytes, &ImportOptions::default()).expect_err("an error")
}

/// The workbook with its parts changed.
fn changed(bytes: &[u8], mut change: impl FnMut(&str, &mut Vec<u8>)) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("its content");
        change(&name, &mut content);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer
            .start_file(name, options.compression_level(Some(1)))
            .expect("a part");
        writer.write_all(&content).expect("its content");
    }
    writer.finish().expect("a zip").into_inner()
}

fn replaced(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut done = false;
    let changed = changed(bytes, |name, content| {
        if name.ends_with(part) {
            let text = String::from_utf8(std::mem::take(content)).expect("a text");
            done = text.contains(from);
            *content = text.replacen(from, to, 1).into_bytes();
        }
    });
    assert!(done, "{from} in {part}");
    changed
}

#[test]
fn what_is_no_workbook_is_refused() {
    let workbook = handbook().bytes();
    let ole = [
        &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..],
        &[0; 600],
    ]
    .concat();
    for (bytes, why) in [
        (&b""[..], "empty"),
        (&b"seq,code\n1,2\n"[..], "zip"),
        (&ole, ".xls"),
        (&workbook[..workbook.len() / 2], "zip"),
        (&workbook[..workbook.len() - 1], "zip"),
        (&workbook[..10], "zip"),
    ] {
        let error = error(bytes);
        assert!(matches!(error, WorkbookError::NotAWorkbook(_)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_zip_of_other_things_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("a.txt", SimpleFileOptions::default())
        .expect("a part");
    let bytes = writer.finish().expect("a zip").into_inner();
    assert!(matches!(error(&bytes), WorkbookError::NotAWorkbook(_)));
}

#[test]
fn a_damaged_part_is_refused() {
    let bytes = handbook().bytes();
    let mut hurt = 0;
    for at in (60..bytes.len()).step_by(97) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        hurt += usize::from(read(&bytes, &ImportOptions::default()).is_err());
    }
    assert!(hurt > 20, "{hurt}");
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let mut workbook = Workbook::new();
    for (name, rows) in &handbook().0 {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (r, row) in rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                if let super::support::Cell::Text(text) = cell {
                    sheet
                        .write_string(r as u32, c as u16, text)
                        .expect("a cell");
                }
            }
        }
        sheet.write_string(1_048_575, 16_383, "x").expect("a cell");
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let started = std::time::Instant::now();
    let imported = read(&bytes, &ImportOptions::default()).expect("an entry");
    assert!(started.elapsed().as_secs() < 5);
    assert_eq!(
        imported.entry["handbook"]["materials"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn what_a_part_declares_of_itself_is_not_believed() {
    let bytes = handbook().bytes();
    // The parser would reserve room for them all.
    for count in ["18446744073709551615", "4000000000000"] {
        let bytes = replaced(
            &bytes,
            "sharedStrings.xml",
            "uniqueCount=\"",
            &format!("uniqueCount = '{count}' x=\""),
        );
        assert!(
            error(&bytes)
                .to_string()
                .contains("impossible number of strings")
        );
    }
    let honest = replaced(
        &bytes,
        "sharedStrings.xml",
        "uniqueCount=\"",
        "uniqueCount=\"0",
    );
    assert!(read(&honest, &ImportOptions::default()).is_ok());
    let wide = replaced(
        &bytes,
        "sheet2.xml",
        "<dimension ref=\"",
        "<dimension ref=\"A1:XFD1048576\" x=\"",
    );
    assert!(read(&wide, &ImportOptions::default()).is_ok());
}

#[test]
fn absurd_references_are_no_panic() {
    let bytes = handbook().bytes();
    for to in [
        "<c r=\"A99999999999999999999\"",
        "<c r=\"ZZZZZZZZZZZZZZZZZZZ3\"",
        "<c r=\"A0\"",
        "<c r=\"\"",
        "<c r=\"é3\"",
    ] {
        let bytes = replaced(&bytes, "sheet2.xml", "<c r=\"A3\"", to);
        let _ = read(&bytes, &ImportOptions::default());
    }
    let bytes = replaced(
        &bytes,
        "sheet2.xml",
        "<dimension ref=\"",
        "<dimension ref=\"C9:A1\" x=\"",
    );
    let _ = read(&bytes, &ImportOptions::default());
}

#[test]
fn sizes_are_counted_while_inflating() {
    let bytes = handbook().bytes();
    let limits = Limits {
        sheet_bytes: 1 << 20,
        string_bytes: 1 << 20,
        part_bytes: 1 << 20,
        ..Limits::default()
    };
    let options = ImportOptions {
        limits,
        ..ImportOptions::default()
    };
    assert!(read(&bytes, &options).is_ok());
    for part in [
        "sheet2.xml",
        "sharedStrings.xml",
        "styles.xml",
        "workbook.xml",
    ] {
        let bomb = changed(&bytes, |name, content| {
            if name.ends_with(part) {
                content.extend(b"<x/>".repeat(300_000));
            }
        });
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        let error = read(&bomb, &options).expect_err("a bomb");
        assert!(
            matches!(error, WorkbookError::TooLarge { limit, .. } if limit == 1 << 20),
            "{error}"
        );
    }
    let long = replaced(&bytes, "sharedStrings.xml", "晶圆", &"圆".repeat(400_000));
    assert!(
        error(&long)
            .to_string()
            .contains("a text in the table of strings")
    );
    let small = ImportOptions {
        limits: Limits {
            file_bytes: 100,
            ..Limits::default()
        },
        ..ImportOptions::default()
    };
    assert!(matches!(
        read(&bytes, &small),
        Err(WorkbookError::TooLarge { .. })
    ));
}

#[test]
fn mangled_markup_is_no_panic() {
    let bytes = handbook().bytes();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..60 {
        let mangled = changed(&bytes, |_, content| {
            for _ in 0..random(4) {
                let at = random(content.len().max(1));
                if content.is_empty() {
                    continue;
                }
                match random(3) {
                    0 => content[at] = b"<>/\"'&=0A "[random(10)],
                    1 => drop(content.remove(at)),
                    _ => content.truncate(at.max(1)),
                }
            }
        });
        let _ = read(&mangled, &ImportOptions::default());
    }
}

/// Every reader, so that what holds for one holds for all.
fn all(bytes: &[u8], limits: &Limits) -> [Result<(), WorkbookError>; 4] {
    let codes = crate::codes::Codes::builtin();
    let options = crate::workbook::ListsOptions {
        limits: limits.clone(),
        ..Default::default()
    };
    let mut head = crate::workbook::ListHead::new(
        "A",
        bonded_ledger::Date::default(),
        "C222626A0001".parse().expect("a number"),
        (
            bonded_ledger::Direction::Import,
            bonded_ledger::Goods::Material,
            "0615".parse().expect("a mode"),
        ),
    );
    head.limits = limits.clone();
    [
        crate::workbook::read_lists(bytes, &codes, &options).map(drop),
        crate::workbook::read_list_body(bytes, &codes, &head).map(drop),
        crate::workbook::read_book_template(bytes, &codes, true, limits).map(drop),
        crate::workbook::read_production(bytes, limits).map(drop),
    ]
}

#[test]
fn every_reader_keeps_the_limits() {
    let codes = crate::codes::Codes::builtin();
    let template = crate::workbook::Template::Lists(&[]);
    let bytes = crate::workbook::template(&template, &codes).expect("a workbook");
    let narrow = Limits {
        sheet_bytes: 100,
        ..Limits::default()
    };
    for result in all(&bytes, &narrow) {
        assert!(
            matches!(result, Err(WorkbookError::TooLarge { .. })),
            "{result:?}"
        );
    }
    for result in all(&bytes[..bytes.len() / 2], &Limits::default()) {
        assert!(
            matches!(result, Err(WorkbookError::NotAWorkbook(_))),
            "{result:?}"
        );
    }
    let ole = [&[0xd0, 0xcf, 0x11, 0xe0][..], &[b' '; 600]].concat();
    for result in all(&ole, &Limits::default()) {
        assert!(
            result
                .expect_err("an old workbook")
                .to_string()
                .contains(".xls")
        );
    }
}

#[test]
fn a_huge_cell_reference_is_no_panic_in_any_reader() {
    let names = [
        "number",
        "date",
        "handbook",
        "direction",
        "goods",
        "mode",
        "quantity",
    ];
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("清单").expect("a name");
    for (column, name) in (0..).zip(names) {
        sheet.write_string(0, column, name).expect("a cell");
        sheet.write_string(1, column, "x").expect("a cell");
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    for reference in ["A99999999999", "ZZZZZZZZ1", "XFD1048576"] {
        let bytes = replaced(&bytes, "sheet1.xml", "\"A2\"", &format!("\"{reference}\""));
        let _ = all(&bytes, &Limits::default());
    }
}
