using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class NamesInOneOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "normalized_display_name",
                schema: "identity",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.Sql("UPDATE users SET normalized_display_name = upper(trim(display_name))");

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_display_name_id",
                schema: "identity",
                table: "users",
                columns: new[] { "normalized_display_name", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_normalized_display_name_id",
                schema: "identity",
                table: "users");

            migrationBuilder.DropColumn(
                name: "normalized_display_name",
                schema: "identity",
                table: "users");
        }
    }
}
