//! Workbooks made for the tests.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value as Json;

use crate::codes::Codes;
use crate::workbook::{ImportOptions, Imported, Problem, WorkbookError, read_handbook};

/// A cell to be written.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Date(u16, u8, u8),
    Blank,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        match text {
            "" => Self::Blank,
            text => Self::Text(text.to_owned()),
        }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Sheets by name, each a list of rows.
#[derive(Debug, Clone)]
pub(super) struct Book(pub(super) Vec<(String, Vec<Vec<Cell>>)>);

impl Book {
    pub(super) fn sheet(&mut self, name: &str) -> &mut Vec<Vec<Cell>> {
        let sheet = self.0.iter_mut().find(|(n, _)| n == name);
        &mut sheet.expect("a sheet of the test").1
    }

    /// Sets the cell of a data row (the first is 0) in a column by its name.
    pub(super) fn set(&mut self, sheet: &str, column: &str, row: usize, cell: impl Into<Cell>) {
        let rows = self.sheet(sheet);
        let named = |c: &Cell| matches!(c, Cell::Text(t) if t == column);
        let (header, at) = (rows.iter().enumerate())
            .find_map(|(i, r)| Some((i, r.iter().position(named)?)))
            .expect("a column of the test");
        rows[header + 1 + row][at] = cell.into();
    }

    /// Sets the value to the right of a label.
    pub(super) fn head(&mut self, label: &str, cell: impl Into<Cell>) {
        for row in self.sheet("表头") {
            let at = row
                .iter()
                .position(|c| matches!(c, Cell::Text(t) if t == label));
            if let Some(at) = at {
                row[at + 1] = cell.into();
                return;
            }
        }
        panic!("a label of the test");
    }

    /// Renames a column or a label.
    pub(super) fn rename(&mut self, sheet: &str, from: &str, to: &str) {
        for cell in self.sheet(sheet).iter_mut().flatten() {
            if matches!(cell, Cell::Text(t) if t == from) {
                *cell = to.into();
            }
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        for (name, rows) in &self.0 {
            let sheet = workbook.add_worksheet();
            sheet.set_name(name).expect("a name");
            for (r, row) in rows.iter().enumerate() {
                for (c, cell) in row.iter().enumerate() {
                    let (r, c) = (r as u32, c as u16);
                    let day = Format::new().set_num_format("yyyy-mm-dd");
                    match cell {
                        Cell::Text(t) => sheet.write_string(r, c, t),
                        Cell::Number(n) => sheet.write_number(r, c, *n),
                        Cell::Date(y, m, d) => {
                            let date = ExcelDateTime::from_ymd(*y, *m, *d).expect("a date");
                            sheet.write_datetime_with_format(r, c, &date, &day)
                        }
                        Cell::Blank => Ok(&mut *sheet),
                    }
                    .expect("a cell");
                }
            }
        }
        workbook.save_to_buffer().expect("a workbook")
    }

    pub(super) fn read(&self) -> Result<Imported, WorkbookError> {
        read(&self.bytes(), &ImportOptions::default())
    }

    pub(super) fn imported(&self) -> Imported {
        self.read().expect("an entry")
    }

    pub(super) fn entry(&self) -> Json {
        self.imported().entry
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let error = self.read().expect_err("problems");
        assert!(!error.problems().is_empty(), "{error}");
        error.problems().to_vec()
    }

    /// The only problem, as a text.
    pub(super) fn problem(&self) -> String {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems[0].to_string()
    }
}

pub(super) fn read(bytes: &[u8], options: &ImportOptions) -> Result<Imported, WorkbookError> {
    read_handbook(bytes, &Codes::builtin(), options)
}

fn rows(lines: &[&str]) -> Vec<Vec<Cell>> {
    let row = |line: &&str| line.split(',').map(Cell::from).collect();
    lines.iter().map(row).collect()
}

const HEAD: &[&str] = &[
    "表头",
    "预录入统一编号,202600000000000001,加工贸易手册编号,C520726A0001,企业内部编号,T-1",
    "主管海关,凤岗海关,手册类型,进料加工,申报类型,备案",
    "经营单位编码,4419900001,经营单位社会信用代码,91441900000000001W,经营单位名称,示例甲有限公司",
    "加工单位编码,4419900002,加工单位社会信用代码,914419000000000020,加工单位名称,示例乙有限公司",
    "加工企业地区代码,东莞,申报企业类型,企业,申报日期,20260110",
    "监管方式,进料对口,进口合同号,,出口合同号,",
    "有效期,20270105,征免性质,进料加工,加工种类,其他",
    "单耗申报环节代码,报核前,台账银行代码,,暂停进出口标记,未暂停",
    "录入日期,20260105,首次出口日期,,暂停变更标记,",
    "自核资格标记,具备,手册变更次数,3,备注,",
];

/// In the layout of a handbook's export.
pub(super) fn handbook() -> Book {
    let materials = rows(&[
        "料件",
        "序号,统一编号,料号,商品编码,商品名称,规格型号,申报计量单位,法定计量单位,法定第二计量单位,申报单价,币制,申报数量,申报总价,产销国（地区）,征免方式,商品属性,修改标志,海关执行标志,备注,主料标志",
        "1,1,M-1,8542319000,晶圆,8英寸,片,个,千克,28.5,美元,1000.5,1,中国,全免,,未修改,正常执行,,主料",
        "2,1,M-2,0901210000,咖啡,,千克,千克,,0.00001,人民币,20,1,中国,全免,消耗性物料,未修改,正常执行,,非主料",
    ]);
    let products = rows(&[
        "成品",
        "序号,统一编号,料号,商品编码,商品名称,规格型号,申报计量单位,法定计量单位,法定第二计量单位,申报单价,币制,申报数量,申报总价,产销国（地区）,征免方式,修改标志,单耗质疑标志,商品属性,海关执行标志,磋商标志,备注",
        "1,1,P-1,8542329000,存储器,,个,个,千克,3,欧元,50000,1,中国,全免,未修改,不质疑,,正常执行,未磋商,",
    ]);
    let consumptions = rows(&[
        "单损耗",
        "序号,成品序号,成品料号,成品商品编码,成品商品名称,料件序号,料件料号,料件商品编码,料件商品名称,单耗版本号,单耗,净耗,有形损耗率,无形损耗率,单耗申报状态,保税料件比例,修改标志,企业执行标志,备注",
        "1,1,P-1,8542329000,存储器,1,M-1,8542319000,晶圆,0,,0.02,0.05,0,已申报,100,未修改,运行,",
        "2,1,P-1,8542329000,存储器,2,M-2,0901210000,咖啡,0,,0.000000001,0,1.5,已申报,0,未修改,运行,",
    ]);
    Book(vec![
        ("表头".to_owned(), rows(HEAD)),
        ("料件".to_owned(), materials),
        ("成品".to_owned(), products),
        ("单损耗".to_owned(), consumptions),
    ])
}

/// In the layout of an account book's export.
pub(super) fn account_book() -> Book {
    let mut head = Book(vec![("表头".to_owned(), rows(HEAD))]);
    head.rename("表头", "加工贸易手册编号", "加工贸易账册编号");
    head.rename("表头", "手册类型", "账册类型");
    head.rename("表头", "有效期", "结束有效日期");
    head.head("加工贸易账册编号", "E5207B6A0001");
    head.head("账册类型", "企业为单元");
    let materials = rows(&[
        "料件",
        "序号,料号,商品编码,商品名称,规格型号,申报计量单位,法定计量单位,法定第二计量单位,申报单价,币制,申报数量,征免方式,企业执行标志,海关执行标志,修改标志,期初数量,数量控制标志,批准最大余数量,主料标志,备注",
        "1,M-1,8542319000,晶圆,8英寸,片,个,千克,28.5,美元,1000,全免,运行,正常执行,未修改,12.5,不控制数量,,主料,",
        "2,M-2,0901210000,咖啡,,千克,千克,,1,美元,0,全免,运行,正常执行,未修改,-3,,,非主料,",
        "3,M-3,0901210000,咖啡,,千克,千克,,1,美元,7,全免,停用,正常执行,未修改,0,控制数量,,非主料,",
        "4,M-4,0901210000,咖啡,,千克,千克,,1,美元,8,全免,运行,暂停进口,增加,0,控制数量,,非主料,",
    ]);
    let products = rows(&[
        "成品",
        "序号,料号,商品编码,商品名称,规格型号,申报计量单位,法定计量单位,法定第二计量单位,申报单价,币制,申报数量,征免方式,数量控制标志,企业执行标志,修改标志,海关执行标志,单耗质疑标志,磋商标志,备注",
        "1,P-1,8542329000,存储器,,个,个,千克,3,欧元,,全免,不控制数量,运行,未修改,正常执行,不质疑,未磋商,",
    ]);
    let consumptions = rows(&[
        "单耗",
        "序号,成品序号,成品料号,成品商品编码,成品商品名称,料件序号,料件料号,料件商品编码,料件商品名称,单耗版本号,单耗,净耗,有形损耗率,无形损耗率,单耗申报状态,保税料件比例,修改标志,单耗有效期,备注",
        "1,1,P-1,8542329000,存储器,1,M-1,8542319000,晶圆,26010501,,0.02,0.05,0,已申报,100,未修改,20270105,",
        "2,1,P-1,8542329000,存储器,3,M-3,0901210000,咖啡,26010501,,0.02,0.05,0,已申报,100,未修改,20270105,",
    ]);
    head.0.push(("料件".to_owned(), materials));
    head.0.push(("成品".to_owned(), products));
    head.0.push(("单耗".to_owned(), consumptions));
    head
}
